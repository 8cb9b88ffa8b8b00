/** Maximum cost of one call in US dollars. */
const MAX_USD = 1e9;
/** Number of decimals, here and in the store. */
const DECIMALS = 18;

/** US dollars in units of 10^-18, which can be added exactly. */
export type DollarUnits = bigint;

/** Maximum cost of one call in these units. */
export const MAX_USD_UNITS: DollarUnits = BigInt(MAX_USD) * 10n ** BigInt(DECIMALS);

/**
 * Writes dollars as an exact decimal: the shortest digits of the same double (`0.00000885` for `8.85e-6`).
 *
 * `undefined` for an invalid price: negative, NaN, infinite or above a billion. Rounded to 18 decimals.
 */
export function exactDecimal(amount: number): string | undefined {
  return amount > MAX_USD ? undefined : statedDecimal(amount);
}

/**
 * As {@link exactDecimal}, without a maximum: `decideCost` rejects amounts above a billion and gives that as the
 * reason.
 */
export function statedDecimal(amount: number): string | undefined {
  if (!Number.isFinite(amount) || amount < 0) return undefined;
  const text = String(amount);
  const point = text.indexOf('.');
  if (!text.includes('e') && (point === -1 || text.length - point - 1 <= DECIMALS)) return text;
  const [digits = '', exponent = '0'] = text.split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const shift = DECIMALS + Number(exponent) - fraction.length;
  const units = BigInt(whole + fraction);
  if (shift >= 0) return fromUnits(units * 10n ** BigInt(shift));
  const divisor = 10n ** BigInt(-shift);
  return fromUnits((units + divisor / 2n) / divisor);
}

/** Reads an exact decimal, also a negative one. Digits after the 18th decimal are ignored. */
export function toUnits(decimal: string): DollarUnits {
  const negative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? decimal.slice(1) : decimal).split('.');
  const units = BigInt(whole + fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
  return negative ? -units : units;
}

/** Writes an exact decimal without an exponent and trailing zeros. */
export function fromUnits(units: DollarUnits): string {
  if (units < 0n) return `-${fromUnits(-units)}`;
  const digits = String(units).padStart(DECIMALS + 1, '0');
  const whole = digits.slice(0, -DECIMALS);
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Adds two exact decimals without losing a digit. */
export function addDecimals(first: string, second: string): string {
  return fromUnits(toUnits(first) + toUnits(second));
}
