/** A request that is refused because of its sender, for the error handler. */
export class AccessError extends Error {
  readonly statusCode: 400 | 401 | 403 | 421 | 429;
  /** With 429: when trying again helps. */
  readonly retryAfterMs: number | undefined;

  constructor(statusCode: AccessError['statusCode'], message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'AccessError';
    this.statusCode = statusCode;
    this.retryAfterMs = retryAfterMs;
  }
}
