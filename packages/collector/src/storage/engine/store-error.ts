/**
 * Error codes of the engine for a file of a table that is missing, too short, or does not match its checksum. In
 * numerical order: ATTEMPT_TO_READ_AFTER_EOF, CANNOT_READ_ALL_DATA, CHECKSUM_DOESNT_MATCH,
 * CANNOT_READ_FROM_FILE_DESCRIPTOR, FILE_DOESNT_EXIST, NO_FILE_IN_DATA_PART, BAD_SIZE_OF_FILE_IN_DATA_PART,
 * CORRUPTED_DATA, CANNOT_DECOMPRESS, UNKNOWN_CODEC.
 */
const DAMAGE_CODES: ReadonlySet<number> = new Set([32, 33, 40, 74, 107, 226, 228, 246, 271, 432]);

/**
 * The damaged table, which is `undefined` if the engine does not name it. Returns `undefined` if the error is not about
 * damage.
 */
export function damageOf(cause: unknown): { readonly table: string | undefined } | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = Number(/^Code: (\d+)/.exec(cause.message)?.[1]);
  if (!DAMAGE_CODES.has(code)) return undefined;
  return { table: /\bin table userspan\.(\w+)/.exec(cause.message)?.[1] };
}

/** An error of the store. The message is the engine's, without SQL and values. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  static from(cause: unknown): StoreError {
    if (cause instanceof StoreError) return cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    // The engine quotes the statement, which may contain names of users.
    const end = message.search(
      /: While processing|: In scope|\(query: |\bSELECT\b|\bINSERT\b|\(at row|\n|: Cannot parse input|: expected /,
    );
    return new StoreError(end > 0 ? message.slice(0, end) : message.slice(0, 500), { cause });
  }
}
