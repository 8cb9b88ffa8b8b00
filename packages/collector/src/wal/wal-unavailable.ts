/** Why the log takes nothing at the moment. */
export type LogTrouble = 'limit' | 'disk-full' | 'failing' | 'closed';

/** What an append rejects with: the request was not taken, and sending it again later will work. */
export class LogUnavailable extends Error {
  readonly trouble: LogTrouble;

  constructor(trouble: LogTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogUnavailable';
    this.trouble = trouble;
  }

  /** Turns what the file system said into what the operator must do. */
  static from(error: unknown): LogUnavailable {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
    return isFull
      ? new LogUnavailable('disk-full', `no space for the log (${code})`, { cause: error })
      : new LogUnavailable('failing', `the log cannot be written (${code})`, { cause: error });
  }
}
