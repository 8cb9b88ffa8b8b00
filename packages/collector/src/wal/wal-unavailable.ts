/** Why the log takes no records at the moment. */
export type WalTrouble = 'limit' | 'disk-full' | 'failing' | 'closed';

/** What an append rejects with: the request was not taken, and sending it again later will work. */
export class WalUnavailable extends Error {
  readonly trouble: WalTrouble;

  constructor(trouble: WalTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogUnavailable';
    this.trouble = trouble;
  }

  /** Turns an error of the file system into what the operator has to do. */
  static from(error: unknown): WalUnavailable {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
    return isFull
      ? new WalUnavailable('disk-full', `no disk space for the log (${code})`, { cause: error })
      : new WalUnavailable('failing', `the log cannot be written (${code})`, { cause: error });
  }
}
