import { getText } from '../../api/request.ts';
import { tokensOf } from '../../api/figures.ts';
import type { UserRow } from '../../api/users.ts';
import { columnLabels } from './column-choice.ts';
import { saveFile } from '../../ui/save-file.ts';
import { writeCsv } from '../../format/csv.ts';

/**
 * Saves the whole list, filtered and sorted as it is shown, with the columns that are shown. The collector streams it as JSON
 * lines; amounts are written with every digit.
 */
export async function downloadUsersCsv(path: string, columns: readonly string[]): Promise<boolean> {
  const lines = (await getText(path, 'application/x-ndjson')).split('\n').filter((line) => line !== '');
  const rows = lines.map((line) => JSON.parse(line) as UserRow);
  saveFile('users.csv', 'text/csv;charset=utf-8', usersCsv(rows, columns));
  return true;
}

/** The rows under the heads of the shown columns. */
export function usersCsv(rows: readonly UserRow[], columns: readonly string[]): string {
  const fields = columns.flatMap((column) => fieldsOf(column));
  return writeCsv([
    fields.map(({ head }) => head),
    ...rows.map((row) => fields.map(({ value }) => value(row))),
  ]);
}

interface Field {
  readonly head: string;
  readonly value: (row: UserRow) => unknown;
}

function fieldsOf(column: string): readonly Field[] {
  const head = columnLabels[column] ?? column.slice(5);
  switch (column) {
    case 'user':
      return [
        { head: 'Id', value: (row) => row.id },
        { head: 'Name', value: (row) => row.name },
        { head: 'Email', value: (row) => row.email },
      ];
    case 'tokens':
      return [{ head, value: tokensOf }];
    case 'cached':
      return [{ head, value: (row) => row.cachedTokens }];
    case 'cost':
      return [
        { head: 'Cost (USD)', value: (row) => row.costExact },
        { head: 'Unpriced calls', value: (row) => row.unpricedCalls },
      ];
    case 'average':
      return [{ head: 'Average (USD)', value: (row) => row.averageCost }];
    case 'median':
      return [{ head: 'Median (USD)', value: (row) => row.medianCost }];
    case 'trend':
      return [{ head, value: (row) => row.trend?.map((day) => day.cost ?? '').join(' ') }];
    case 'group':
    case 'lastSeen':
    case 'firstSeen':
    case 'calls':
    case 'threads':
    case 'errors':
      return [{ head, value: (row) => row[column] }];
    default:
      return [{ head, value: (row) => row.props[column.slice(5)] }];
  }
}
