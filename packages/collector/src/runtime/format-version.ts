/** Thrown for a file that a newer version of userspan wrote. The file is not changed. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError';
}

/** Throws {@link NewerFormatError} if a file has a newer format than this version can read. */
export function checkFormat(path: string, found: number, newest: number): void {
  if (found > newest) {
    throw new NewerFormatError(
      `${path} has format ${found}, written by a newer userspan; this one reads formats up to ${newest}. ` +
        'Start the version that wrote it, or a newer one, with this data folder.',
    );
  }
}
