/**
 * Matches text that a spreadsheet would run as a formula: with ASCII, full-width or small signs, and after characters
 * that it ignores (all kinds of spaces, line breaks, control characters and characters without width).
 */
const FORMULA = /^[\s\p{Z}\p{C}\p{DI}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n]/u;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return plainDecimal(value);
  if (typeof value === 'boolean') return String(value);
  const text =
    typeof value === 'string' ? (FORMULA.test(value) ? `'${value}` : value) : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * One line of CSV by RFC 4180. Objects and lists are JSON. Text that a spreadsheet would run as a formula gets an
 * apostrophe in front.
 */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

/**
 * Writes a number without an exponent, which some spreadsheets and accounting systems misread: `0.00000075`, never
 * `7.5e-7`.
 */
function plainDecimal(value: number): string {
  const text = String(value);
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) {
    return text;
  }
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) {
    return `${sign}0.${'0'.repeat(-point)}${digits}`;
  }
  return point >= digits.length
    ? `${sign}${digits.padEnd(point, '0')}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
