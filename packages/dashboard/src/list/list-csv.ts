import { getText } from '../api/request.ts';
import { writeCsv } from '../format/csv.ts';
import type { Column } from '../table/column.ts';
import { saveFile } from '../ui/save-file.ts';

/**
 * Saves a whole list, filtered and sorted as it is shown, with the columns that are shown. The collector streams it as JSON
 * lines; amounts are written with every digit.
 */
export async function downloadListCsv<Row>(
  path: string,
  columns: readonly Column<Row>[],
  fileName: string,
): Promise<void> {
  const lines = (await getText(path, 'application/x-ndjson')).split('\n').filter((line) => line !== '');
  const rows = lines.map((line) => JSON.parse(line) as Row);
  saveFile(fileName, 'text/csv;charset=utf-8', listCsv(rows, columns));
}

/** The rows under the heads of the shown columns. */
export function listCsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const fields = columns.flatMap(({ csv = [] }) => csv);
  return writeCsv([
    fields.map(({ head }) => head),
    ...rows.map((row) => fields.map(({ value }) => value(row))),
  ]);
}
