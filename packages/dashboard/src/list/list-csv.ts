import { streamRows } from '../api/request.ts';
import type { CsvField } from '../table/column.ts';
import { saveCsvFile } from '../ui/save-file.ts';

/**
 * Saves a complete list with the filters, order and columns that are shown. The collector streams it as JSON lines.
 * Amounts are written with all digits. `onProgress` receives the number of rows so far.
 */
export async function downloadListCsv<Row>(
  path: string,
  fields: readonly CsvField<Row>[],
  fileName: string,
  onProgress: (rows: number) => void,
): Promise<void> {
  const rows: Row[] = [];
  for await (const row of streamRows<Row>(path)) {
    rows.push(row);
    if (rows.length % 1_000 === 0) onProgress(rows.length);
  }
  saveListCsv(rows, fields, fileName);
}

/** Saves rows that the page already has. */
export function saveListCsv<Row>(
  rows: readonly Row[],
  fields: readonly CsvField<Row>[],
  fileName: string,
): void {
  saveCsvFile(fileName, [
    fields.map(({ head }) => head),
    ...rows.map((row) => fields.map(({ value }) => value(row))),
  ]);
}
