/** The store did not do what it was asked; the message is the engine's, without SQL or values. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  static from(cause: unknown): StoreError {
    if (cause instanceof StoreError) return cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    // The engine quotes the statement, which may hold names of users.
    const end = message.search(
      /: While processing|: In scope|\(query: |\bSELECT\b|\bINSERT\b|\(at row|\n|: Cannot parse input|: expected /,
    );
    return new StoreError(end > 0 ? message.slice(0, end) : message.slice(0, 500), { cause });
  }
}
