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
  /** The sort key of the API for this column. */
  readonly sort?: string;
  /** The direction when first sorted by this column; ascending for names. */
  readonly firstOrder?: 'asc' | 'desc';
  readonly hint?: string;
  readonly cell: (row: Row) => ReactNode;
  /** The total over all matching rows, shown in the column header. */
  readonly total?: ReactNode;
  /** The fields for this column in a CSV file; none by default. */
  readonly csv?: readonly CsvField<Row>[];
}

/**
 * Returns the width of a column with text: a minimum in pixels, which is lower on a phone, and a share of the remaining
 * width.
 */
export function wordsWidth(atLeastPx: number, shares: number): string {
  return `minmax(min(${atLeastPx}px, 20vw), ${shares}fr)`;
}

/** Returns the CSV fields for these columns. */
export function csvFields<Row>(columns: readonly Column<Row>[]): readonly CsvField<Row>[] {
  return columns.flatMap(({ csv = [] }) => csv);
}

/** Returns CSV fields for unchanged properties of a row. */
export function plainFields<Row>(...names: readonly (keyof Row & string)[]): readonly CsvField<Row>[] {
  return names.map((name) => ({ head: name, value: (row) => row[name] }));
}
