import { writeExact } from './money.ts';
import { plainValue } from './plain-value.ts';

/**
 * Matches text that a spreadsheet would run as a formula, in ASCII or full-width, also after spaces, line breaks,
 * control characters and characters without width. Negative amounts are numbers.
 */
const formula = /^[\s\p{Z}\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;
const amount = /^-[\d.]+$/u;

/**
 * Writes rows as CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets an apostrophe before it, because
 * names are untrusted. Numbers are written without exponents.
 */
export function writeCsv(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => `${row.map(writeCell).join(',')}\r\n`).join('');
}

function writeCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return writeExact(value);
  const text = plainValue(value);
  const safe = formula.test(text) && !amount.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
