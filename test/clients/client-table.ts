import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export const COLUMNS = [
  'unchanged',
  'user',
  'props',
  'thread',
  'tokens',
  'cached',
  'cost',
  'once',
  'streams',
] as const;
export type Column = (typeof COLUMNS)[number];

/** The result of the test for each column. */
export type Observed = Readonly<Record<Column, boolean>>;
/** The reason for each column that is false because of the client. */
export type Reasons = Readonly<Partial<Record<Column, string>>>;

const DOCUMENT = fileURLToPath(new URL('../../packages/collector/docs/clients.md', import.meta.url));
const BEGIN = '<!-- table: written by test/clients -->';
const END = '<!-- end of table -->';

/**
 * Checks that every column is true or has a reason, and that the row in the document matches. If it differs, writes
 * the row to the document and fails the test.
 */
export async function checkRow(client: string, observed: Observed, reasons: Reasons = {}): Promise<void> {
  const cells = COLUMNS.map((column) => (observed[column] ? 'yes' : (reasons[column] ?? 'NO')));
  const needless = COLUMNS.filter((column) => observed[column] && reasons[column] !== undefined);
  expect({ client, missing: COLUMNS.filter((_, i) => cells[i] === 'NO'), needless }).toEqual({
    client,
    missing: [],
    needless: [],
  });
  const text = await readFile(DOCUMENT, 'utf8');
  const [head = '', rest = ''] = text.split(BEGIN);
  const [table = '', tail = ''] = rest.split(END);
  const rows = new Map(
    table
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
      .map(([name = '', ...others]) => [name, others]),
  );
  rows.set(client, cells);
  const written = `${head}${BEGIN}\n\n${tableOf(rows)}\n\n${END}${tail}`;
  if (written !== text) {
    await writeFile(DOCUMENT, written);
    throw new Error(`the row of ${client} in ${DOCUMENT} was out of date and is rewritten: commit it`);
  }
}

function tableOf(rows: ReadonlyMap<string, readonly string[]>): string {
  const lines = [
    ['client', ...COLUMNS],
    ...[...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([client, cells]) => [client, ...cells]),
  ];
  const widths = ['client', ...COLUMNS].map((_, i) =>
    Math.max(3, ...lines.map((cells) => (cells[i] ?? '').length)),
  );
  const show = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`;
  const [header = [], ...body] = lines;
  return [show(header), show(widths.map((width) => '-'.repeat(width))), ...body.map(show)].join('\n');
}
