/** An exact number: numerator over denominator, the denominator above zero. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
const MAX_DECIMALS = 18;
/** Enough digits that reading them back as a double is correctly rounded. */
const DOUBLE_DIGITS = 400n;

/** Reads a plain or exponent decimal, not negative; a number is read by its shortest text, as a person would write it. */
export function rational(value: string | number): Rational {
  const match = DECIMAL.exec(String(value));
  if (match === null) throw new RangeError(`not a decimal number: ${String(value)}`);
  const fraction = match[2] ?? '';
  const exponent = Number(match[3] ?? 0) - fraction.length;
  const digits = BigInt(`${match[1]}${fraction}`);
  return exponent >= 0
    ? { n: digits * 10n ** BigInt(exponent), d: 1n }
    : { n: digits, d: 10n ** BigInt(-exponent) };
}

export function times(a: Rational, b: Rational): Rational {
  return { n: a.n * b.n, d: a.d * b.d };
}

export function plus(a: Rational, b: Rational): Rational {
  return a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

/** The nearest double. */
export function toDouble(value: Rational): number {
  return Number(`${String((value.n * 10n ** DOUBLE_DIGITS) / value.d)}e-${String(DOUBLE_DIGITS)}`);
}

/** A decimal string of at most 18 decimals, rounded half to even where there are more, without trailing zeros. */
export function toDecimal(value: Rational): string {
  const scaled = value.n * 10n ** BigInt(MAX_DECIMALS);
  let units = scaled / value.d;
  const twiceRest = (scaled - units * value.d) * 2n;
  if (twiceRest > value.d || (twiceRest === value.d && (units & 1n) === 1n)) units += 1n;
  const digits = String(units).padStart(MAX_DECIMALS + 1, '0');
  const whole = digits.slice(0, -MAX_DECIMALS);
  const fraction = digits.slice(-MAX_DECIMALS).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
