import type { ReactNode } from 'react';

/** A field of a row in a CSV file. */
export interface CsvField<Row> {
  readonly head: string;
  readonly value: (row: Row) => unknown;
}

/** A column of a table of figures. */
export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  /** A track of a CSS grid, e.g. {@link wordsWidth} or `96px`. */
  readonly width: string;
  readonly align?: 'right';
  /** What the API sorts by when this head is pressed. */
  readonly sort?: string;
  /** The first direction one wants; names go upwards. */
  readonly firstOrder?: 'asc' | 'desc';
  readonly hint?: string;
  readonly cell: (row: Row) => ReactNode;
  /** The sum over everything that matches, in the head. */
  readonly total?: ReactNode;
  /** What a CSV file has for it: one field or several; without it, nothing. */
  readonly csv?: readonly CsvField<Row>[];
}

/** The width of a column of words: at least so many pixels, less on a telephone, and so many shares of what is left over. */
export function wordsWidth(atLeastPx: number, shares: number): string {
  return `minmax(min(${atLeastPx}px, 20vw), ${shares}fr)`;
}

/** What a CSV file has for these columns. */
export function csvFields<Row>(columns: readonly Column<Row>[]): readonly CsvField<Row>[] {
  return columns.flatMap(({ csv = [] }) => csv);
}

/** Fields of a CSV file that are properties of the row as they are. */
export function plainFields<Row>(...names: readonly (keyof Row & string)[]): readonly CsvField<Row>[] {
  return names.map((name) => ({ head: name, value: (row) => row[name] }));
}
