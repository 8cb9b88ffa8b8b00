import { writeExact } from './money.ts';
import { plainValue } from './plain-value.ts';

/**
 * What a spreadsheet would run as a formula, ASCII or full-width, also behind spaces, line breaks, control characters and
 * signs that have no width. An amount below zero is a number.
 */
const formula = /^[\s\p{Z}\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;
const amount = /^-[\d.]+$/u;

/**
 * Writes rows as RFC 4180 asks. A cell that a spreadsheet would run as a formula gets an apostrophe before it: names come from
 * strangers. Numbers have no exponent.
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
