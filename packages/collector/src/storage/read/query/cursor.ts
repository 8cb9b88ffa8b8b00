import { foreignCursor } from './invalid-query.ts';

/** The end of a page: the sorted value and the fields that make it unique. */
export type Position = readonly string[];

export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');
}

/** Decodes a cursor of this API. Any other string causes a 400. */
export function decodeCursor(cursor: string | undefined, length: number): Position | undefined {
  if (cursor === undefined) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(position) &&
      position.length === length &&
      position.every((part) => typeof part === 'string')
    ) {
      return position;
    }
  } catch {
    // Not a cursor of this API; refused below.
  }
  throw foreignCursor();
}

/** An integer from a cursor. Checked, because clients can send any cursor. */
export function integerAt(position: Position, at: number): bigint {
  const text = position[at] ?? '';
  if (!/^-?\d{1,19}$/.test(text)) throw foreignCursor();
  return BigInt(text);
}
