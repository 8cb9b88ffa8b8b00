/** The currency amounts are shown in. The collector counts US dollars; `rate` is how many units one dollar buys. */
export interface Currency {
  /** ISO 4217, upper case. */
  readonly code: string;
  readonly rate: number;
}

export const usd: Currency = { code: 'USD', rate: 1 };

/** Amounts below one unit show this many significant digits; from one unit on, the currency's own decimals. */
const significantDigits = 3;

/** From so much on, amounts have no decimals: a cell has no room for them, and the tooltip has every digit. */
const roundedFrom = 1e6;
/** From so much on, amounts are written like `$3.142B`. */
const compactFrom = 1e9;

interface CurrencyFormats {
  readonly whole: Intl.NumberFormat;
  readonly fraction: Intl.NumberFormat;
  /** With zeros at the end, for what was rounded: `0.290`. */
  readonly roundedFraction: Intl.NumberFormat;
  readonly decimals: number;
  readonly sign: string;
  readonly signFirst: boolean;
}

const rounded = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  minimumSignificantDigits: 4,
  maximumSignificantDigits: 4,
});
const formatsByCode = new Map<string, CurrencyFormats>();

function formatsOf(code: string): CurrencyFormats {
  const known = formatsByCode.get(code);
  if (known !== undefined) return known;
  const currency = new Intl.NumberFormat('en-US', { style: 'currency', currency: code });
  const parts = currency.formatToParts(1);
  const decimals = currency.resolvedOptions().maximumFractionDigits ?? 2;
  const formats: CurrencyFormats = {
    whole: new Intl.NumberFormat('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    }),
    fraction: new Intl.NumberFormat('en-US', { maximumSignificantDigits: significantDigits }),
    roundedFraction: new Intl.NumberFormat('en-US', {
      minimumSignificantDigits: significantDigits,
      maximumSignificantDigits: significantDigits,
    }),
    decimals,
    sign: parts.find((part) => part.type === 'currency')?.value ?? code,
    signFirst: parts[0]?.type === 'currency',
  };
  formatsByCode.set(code, formats);
  return formats;
}

/**
 * Writes an amount of US dollars so that its first significant digits are always seen: `$0.000213`, never `$0.00`.
 * `amount` is a decimal string (exact) or a number. An unknown amount is not zero: write {@link unknownAmount} for it.
 */
export function formatMoney(amount: string | number, currency: Currency = usd): string {
  const value = currency.rate === 1 ? amount : Number(amount) * currency.rate;
  const size = Math.abs(Number(value));
  if (!Number.isFinite(size)) return unknownAmount;
  const formats = formatsOf(currency.code);
  const digits = size === 0 ? '0' : digitsOf(value, size, formats);
  const sign = Number(value) < 0 ? '−' : '';
  const unsigned = digits.replace(/^-/, '');
  return formats.signFirst ? `${sign}${formats.sign}${unsigned}` : `${sign}${unsigned} ${formats.sign}`;
}

/** What stands where an amount is not known; its reason belongs beside it. */
export const unknownAmount = '—';

function digitsOf(value: string | number, size: number, formats: CurrencyFormats): string {
  // Intl takes decimal strings and rounds them exactly; the type in lib.es2023 asks for a literal.
  const exact = value as `${number}`;
  if (size >= compactFrom) return compact.format(exact);
  if (size >= roundedFrom) return rounded.format(exact);
  if (size >= 1) return formats.whole.format(exact);
  const shortest = formats.fraction.format(exact);
  const isWhole = Math.abs(Math.abs(Number(shortest)) - size) <= size * 1e-12;
  const text = isWhole ? shortest : formats.roundedFraction.format(exact);
  const point = text.indexOf('.');
  const shown = point === -1 ? 0 : text.length - point - 1;
  if (shown >= formats.decimals) return text;
  return `${text}${point === -1 ? '.' : ''}${'0'.repeat(formats.decimals - shown)}`;
}

/** A short amount for axes, where room is scarce: `$1.2K`, `$0.0003`. */
export function formatMoneyShort(amount: number, currency: Currency = usd): string {
  const value = amount * currency.rate;
  if (value === 0) return `${formatsOf(currency.code).sign}0`;
  if (Math.abs(value) < 1000)
    return formatMoney(amount, currency)
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, '');
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.code,
    notation: 'compact',
    maximumFractionDigits: 1,
  }).format(value);
}

/** A price for some number of units, to its last digit: `$0.14027`, `$2.50`. Prices are not rounded, amounts are. */
export function formatPrice(price: number): string {
  const decimals = writeExact(price).split('.')[1]?.length ?? 0;
  return `$${formatExact(decimals < 2 ? price.toFixed(2) : price)}`;
}

const exact = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 15, useGrouping: false });

/** Every digit of an amount, without an exponent; an exact decimal stays as it is. */
export function writeExact(amount: string | number): string {
  return typeof amount === 'string' ? amount : exact.format(amount);
}

/** Every digit of an amount for people to read, with commas between thousands: `1,234,567.891234`. */
export function formatExact(amount: string | number): string {
  const [whole = '', decimals] = writeExact(amount).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}
