import {
  columnVisibilityFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type Row as TableRow,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { Column } from './column.ts';

const features = tableFeatures({ columnVisibilityFeature });

/** A row with its id and its visible cells. */
export type RowModel<Row extends object> = TableRow<typeof features, Row>;

/**
 * Returns the models of the rows from `first` to `last`. There are none for other rows, because creating them for
 * 200,000 rows would take longer than rendering.
 */
export function useRowModels<Row extends object>(
  columns: readonly Column<Row>[],
  rows: readonly Row[] | undefined,
  rowId: (row: Row) => string,
  first: number,
  last: number,
): readonly RowModel<Row>[] {
  const data = useMemo(() => (rows ?? []).slice(first, last + 1), [rows, first, last]);
  const definitions = useMemo(() => columns.map((column) => definitionOf(column)), [columns]);
  return useTable({ features, columns: definitions, data, getRowId: rowId }).getRowModel().rows;
}

function definitionOf<Row extends object>(column: Column<Row>): ColumnDef<typeof features, Row> {
  return { id: column.id, header: column.label, cell: ({ row }) => column.cell(row.original) };
}
