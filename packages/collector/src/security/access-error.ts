/** Thrown for a request that is refused because of its sender. */
export class AccessError extends Error {
  readonly statusCode: 400 | 401 | 403 | 421 | 429;
  /** For status 429: time until a retry may succeed. */
  readonly retryAfterMs: number | undefined;

  constructor(statusCode: AccessError['statusCode'], message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'AccessError';
    this.statusCode = statusCode;
    this.retryAfterMs = retryAfterMs;
  }
}
