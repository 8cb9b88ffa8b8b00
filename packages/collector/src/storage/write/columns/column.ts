/**
 * What a cell may hold: a text, a number, nothing, a list of texts, texts by name.
 *
 * Columns of numbers take texts of digits too, as answers of the engine have them. In a decimal column a `bigint` counts
 * units of the last digit.
 */
export type Cell = string | number | bigint | null | readonly string[] | ReadonlyMap<string, string>;

/** Values of a column, one for each row, which become bytes of the engine's `Native` format. */
export interface Column {
  /** Throws for what the type cannot hold. */
  add(value: Cell): void;
  /** What stands before the values; empty for most types. */
  readonly prefix: Buffer;
  /** The values, in pieces. They may be views of what the column goes on to write to. */
  values(): Buffer[];
}

/** A cell as text; nothing is an empty text. */
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
