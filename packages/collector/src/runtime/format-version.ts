/** A file on disk that a newer version of userspan wrote. It is left as it is. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError';
}

/** Throws {@link NewerFormatError} where a file has a later format than this version reads. */
export function checkFormat(path: string, found: number, newest: number): void {
  if (found > newest) {
    throw new NewerFormatError(
      `${path} has format ${found}, written by a newer userspan; this one reads formats up to ${newest}. ` +
        'Start the version that wrote it, or a newer one, with this data folder.',
    );
  }
}
