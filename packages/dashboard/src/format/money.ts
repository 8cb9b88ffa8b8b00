/**
 * The currency in which amounts are shown. The collector uses US dollars; `rate` is the price of one dollar in this
 * currency.
 */
export interface Currency {
  /** ISO 4217, upper case. */
  readonly code: string;
  readonly rate: number;
}

export const usd: Currency = { code: 'USD', rate: 1 };

/** Number of significant digits of amounts below one unit. Higher amounts have the decimals of the currency. */
const significantDigits = 3;

/** From this amount on there are no decimals, because cells have no room for them. Tooltips have all digits. */
const roundedFrom = 1e6;
/** From this amount on the format is `$3.142B`. */
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
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
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
 * Formats an amount of US dollars with its first significant digits: `$0.000213`, never `$0.00`. `amount` is an exact
 * decimal string or a number. For an unknown amount use {@link unknownAmount}.
 */
export function formatMoney(amount: string | number, currency: Currency = usd): string {
  const value = currency.rate === 1 ? amount : Number(amount) * currency.rate;
  const size = Math.abs(Number(value));
  if (!Number.isFinite(size)) return unknownAmount;
  const formats = formatsOf(currency.code);
  return withSigns(size === 0 ? '0' : digitsOf(value, size, formats), formats);
}

/** Adds the currency to digits, and writes a minus sign before both: `−$1.20`. */
function withSigns(digits: string, { sign, signFirst }: CurrencyFormats): string {
  const minus = digits.startsWith('-') ? '−' : '';
  const unsigned = digits.replace(/^-/, '');
  return signFirst ? `${minus}${sign}${unsigned}` : `${minus}${unsigned} ${sign}`;
}

/** Shown for an unknown amount, together with the reason. */
export const unknownAmount = '—';

function digitsOf(value: string | number, size: number, formats: CurrencyFormats): string {
  // Intl accepts decimal strings and rounds them exactly, but its type in lib.es2023 requires a literal.
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

/** A short amount for axes: `$1.2K`, `$0.0003`. */
export function formatMoneyShort(amount: number, currency: Currency = usd): string {
  const value = amount * currency.rate;
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return unknownAmount;
  const formats = formatsOf(currency.code);
  if (size === 0) return withSigns('0', formats);
  if (size >= 1000) return withSigns(short.format(value), formats);
  const digits = digitsOf(value, size, formats)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  return withSigns(digits, formats);
}

/** All digits of an amount of US dollars: `−$1,234,567.891234`. */
export function formatMoneyExact(amount: string | number): string {
  return withSigns(formatExact(amount), formatsOf(usd.code));
}

/** A price with all its digits: `$0.14027`, `$2.50`. Unlike amounts, prices are not rounded. */
export function formatPrice(price: number): string {
  const decimals = writeExact(price).split('.')[1]?.length ?? 0;
  return `$${formatExact(decimals < 2 ? price.toFixed(2) : price)}`;
}

const exact = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 15, useGrouping: false });

/** All digits of an amount, without an exponent. A decimal string is returned unchanged. */
export function writeExact(amount: string | number): string {
  return typeof amount === 'string' ? amount : exact.format(amount);
}

/** All digits of an amount, with thousands separators: `1,234,567.891234`. */
export function formatExact(amount: string | number): string {
  const [whole = '', decimals] = writeExact(amount).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

const priceUnits: Readonly<Record<number, string>> = {
  1: 'each',
  1000: '/ 1K',
  3600: '/ hour',
  1_000_000: '/ 1M',
};

/** Formats the price of `per` units like `$2.50 / 1M`. */
export function formatUnitPrice(unitPrice: number, per: number): string {
  return `${formatPrice(unitPrice)} ${priceUnits[per] ?? `/ ${per}`}`;
}
