/**
 * A cell: a string, a number, null, a list of strings, or strings by name.
 *
 * Number columns also accept strings of digits, as in the engine's answers. In a decimal column, a `bigint` counts
 * units of the last decimal.
 */
export type Cell = string | number | bigint | null | readonly string[] | ReadonlyMap<string, string>;

/** The values of a column, one per row, serialized in the engine's `Native` format. */
export interface Column {
  /** Adds a value. Throws if the type cannot represent it. */
  add(value: Cell): void;
  /** Bytes before the values; empty for most types. */
  readonly prefix: Buffer;
  /** The values as a list of buffers. They may share memory with the column, which later writes change. */
  values(): Buffer[];
}

/** A cell as a string; null becomes an empty string. */
export function textOf(cell: Cell): string {
  switch (typeof cell) {
    case 'string':
      return cell;
    case 'number':
    case 'bigint':
      return String(cell);
    default:
      if (cell === null) {
        return '';
      }
      throw new RangeError('A column of single values does not take a list or a map.');
  }
}
