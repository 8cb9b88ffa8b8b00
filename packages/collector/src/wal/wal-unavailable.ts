/** Why the log currently accepts no records. */
export type WalTrouble = 'limit' | 'disk-full' | 'failing' | 'closed';

/** Thrown by an append: the request was not accepted, and a later retry can succeed. */
export class WalUnavailable extends Error {
  readonly trouble: WalTrouble;

  constructor(trouble: WalTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogUnavailable';
    this.trouble = trouble;
  }

  /** Converts a file system error to an error that tells the operator what to do. */
  static from(error: unknown): WalUnavailable {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
    return isFull
      ? new WalUnavailable('disk-full', `no disk space for the log (${code})`, { cause: error })
      : new WalUnavailable('failing', `the log cannot be written (${code})`, { cause: error });
  }
}
