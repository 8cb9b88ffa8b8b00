import type { Cost, CostLine, PricedCost } from './cost.ts';

/** An exact fraction; the denominator is above zero. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

/** The price of one item, parsed once and used for every call. */
export interface Rate {
  /** What is billed, in words. */
  readonly item: string;
  /** US dollars for `per` units. */
  readonly unitPrice: number;
  readonly per: number;
  /** US dollars for one unit. */
  readonly exact: Rational;
  /** Pico-dollars for one unit if that is a safe integer, otherwise -1. */
  readonly pico: number;
}

/** The line of a cost that the provider reported. */
const REPORTED = 'reported by the provider';
const PICO_PER_DOLLAR = 1_000_000_000_000;
const PICO: Rational = { n: BigInt(PICO_PER_DOLLAR), d: 1n };
const MAX_DECIMALS = 18;
const AMOUNT = /^(\d+)(?:\.(\d{1,18}))?$/;
const DECIMAL = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
const DECIMAL_UNITS = 10n ** BigInt(MAX_DECIMALS);
/** Number of digits that makes the conversion to a double correctly rounded, even for the smallest listed price. */
const DOUBLE_DIGITS = 48;
const DOUBLE_UNITS = 10n ** BigInt(DOUBLE_DIGITS);

/** Reads a decimal of zero or more. A number is read by its shortest decimal form, as a person would write it. */
export function rational(value: string | number): Rational {
  const match = DECIMAL.exec(String(value));
  if (match === null) throw new RangeError(`not a decimal number: ${String(value)}`);
  const fraction = match[2] ?? '';
  const exponent = Number(match[3] ?? 0) - fraction.length;
  const digits = BigInt(`${match[1] ?? ''}${fraction}`);
  return exponent >= 0
    ? { n: digits * 10n ** BigInt(exponent), d: 1n }
    : { n: digits, d: 10n ** BigInt(-exponent) };
}

export function times(a: Rational, b: Rational): Rational {
  return { n: a.n * b.n, d: a.d * b.d };
}

function plus(a: Rational, b: Rational): Rational {
  return a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

/** The nearest double. */
function toDouble({ n, d }: Rational): number {
  return Number(`${String((n * DOUBLE_UNITS) / d)}e-${String(DOUBLE_DIGITS)}`);
}

/** A decimal string with at most 18 decimals (rounded half to even) and without trailing zeros. */
function toDecimal({ n, d }: Rational): string {
  const scaled = n * DECIMAL_UNITS;
  let units = scaled / d;
  const twiceRest = (scaled - units * d) * 2n;
  if (twiceRest > d || (twiceRest === d && (units & 1n) === 1n)) units += 1n;
  const digits = String(units).padStart(MAX_DECIMALS + 1, '0');
  const fraction = digits.slice(-MAX_DECIMALS).replace(/0+$/, '');
  const whole = digits.slice(0, -MAX_DECIMALS);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** As `toDecimal`, for a safe integer of pico-dollars. Avoids BigInt for nearly every call. */
function picoToDecimal(pico: number): string {
  const whole = Math.floor(pico / PICO_PER_DOLLAR);
  const rest = String(pico % PICO_PER_DOLLAR);
  let end = rest.length;
  while (end > 0 && rest.charCodeAt(end - 1) === 48) end -= 1;
  if (end === 0) return String(whole);
  return `${String(whole)}.${'000000000000'.slice(rest.length)}${rest.slice(0, end)}`;
}

/**
 * Creates a rate. `price` is US dollars for `per` units; `factor` (half for batch, or the user's multiplier) is applied
 * exactly.
 */
export function rateOf(item: string, price: string | number, per: number, factor?: Rational): Rate {
  const priced = factor === undefined ? rational(price) : times(rational(price), factor);
  const exact = { n: priced.n, d: priced.d * BigInt(per) };
  const pico = times(exact, PICO);
  const whole = pico.n % pico.d === 0n ? pico.n / pico.d : -1n;
  const isSafe = whole >= 0n && whole <= BigInt(Number.MAX_SAFE_INTEGER);
  return { item, unitPrice: toDouble(priced), per, exact, pico: isSafe ? Number(whole) : -1 };
}

/** The source of a bill's prices. */
export interface PriceOrigin {
  readonly source: PricedCost['source'];
  /** Date of the price. */
  readonly asOf: string;
  readonly tier: string;
  /** The user's multiplier, `''` for none. */
  readonly multiplier: string;
}

const NOTHING_MISSING: readonly string[] = [];

const NO_LINES: readonly CostLine[] = [];

/**
 * Adds up the lines of a call exactly: in safe integers of pico-dollars if possible, otherwise in fractions.
 *
 * A bill that is not itemized has only the sum as a number: its cost has no `lines`, and `exact` is empty.
 */
export class Bill {
  readonly #lines: CostLine[] | undefined;
  #count = 0;
  #missing: string[] | undefined;
  #pico = 0;
  #exact: Rational | undefined;
  #isTierGap = false;
  /** Prefix of the item of every line that is added: the tool that used it. */
  label = '';

  constructor(isItemized: boolean) {
    this.#lines = isItemized ? [] : undefined;
  }

  /** Units that were used and have no price, in words. */
  get missing(): readonly string[] {
    return this.#missing ?? NOTHING_MISSING;
  }

  /** The missing units as text for people. */
  get missingWords(): string {
    return this.missing.join(', ') + (this.#isTierGap ? ' in this tier at this length of input' : '');
  }

  /** Whether no unit that was used has a price. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /**
   * Records that a unit was used and has no price. A rate of `null` means that only this service tier lacks the price.
   */
  miss(unit: string, rate?: Rate | null): void {
    this.#missing ??= [];
    if (rate === null) this.#isTierGap = true;
    const labelled = this.label + unit;
    if (!this.#missing.includes(labelled)) this.#missing.push(labelled);
  }

  /** Adds a line, unless the quantity is zero. */
  add(quantity: number, rate: Rate): void {
    if (quantity === 0) return;
    this.#count += 1;
    const usd = this.#addUp(quantity, rate);
    if (this.#lines === undefined) return;
    const { unitPrice, per } = rate;
    const item = this.label === '' ? rate.item : this.label + rate.item;
    this.#lines.push({ item, quantity, unitPrice, per, usd });
  }

  /** The sum of all lines. A standard tier and a multiplier of 1 are left out. */
  cost({ source, asOf, tier, multiplier }: PriceOrigin): PricedCost {
    const sum = this.#exact === undefined ? undefined : toDecimal(this.#exact);
    // The quotient of two exact numbers is correctly rounded.
    const usd = sum === undefined ? this.#pico / PICO_PER_DOLLAR : Number(sum);
    const exact = sum ?? (this.#lines === undefined ? '' : picoToDecimal(this.#pico));
    const lines = this.#lines ?? NO_LINES;
    if (multiplier !== '') {
      if (tier === 'standard') return { usd, exact, lines, source, asOf, multiplier };
      return { usd, exact, lines, source, asOf, tier, multiplier };
    }
    return tier === 'standard'
      ? { usd, exact, lines, source, asOf }
      : { usd, exact, lines, source, asOf, tier };
  }

  #addUp(quantity: number, rate: Rate): number {
    const pico = quantity * rate.pico;
    const sum = this.#pico + pico;
    // Products and sums of integers are exact up to 2^53 - 1.
    if (
      rate.pico >= 0 &&
      sum <= Number.MAX_SAFE_INTEGER &&
      this.#exact === undefined &&
      Number.isInteger(quantity)
    ) {
      this.#pico = sum;
      return pico / PICO_PER_DOLLAR;
    }
    const exact = times(rational(quantity), rate.exact);
    this.#exact = plus(this.#exact ?? { n: BigInt(this.#pico), d: PICO.n }, exact);
    return toDouble(exact);
  }
}

/** A cost that the provider itself reported, in US dollars, as of the day of the call. */
export function reportedCost(usd: number, asOf: string): PricedCost {
  const text = String(usd);
  const exact = AMOUNT.test(text) ? text : toDecimal(rational(usd));
  const line = { item: REPORTED, quantity: 1, unitPrice: usd, per: 1, usd };
  return { usd: Number(exact), exact, lines: [line], source: 'provider', asOf };
}

/** Adds two amounts of US dollars exactly, by their decimal forms. */
export function addDollars(a: number, b: number): number {
  return Number(toDecimal(plus(rational(a), rational(b))));
}

/**
 * Adds decimal strings of US dollars, such as `cost.exact`, without losing a digit: a million calls of $0.00000885 are
 * $8.85. Throws a RangeError if a string is not in the format of `cost.exact`.
 */
export function sumExact(amounts: Iterable<string>): string {
  let total = 0n;
  for (const amount of amounts) {
    const match = AMOUNT.exec(amount);
    if (match === null) throw new RangeError(`not an exact amount of US dollars: ${JSON.stringify(amount)}`);
    total += BigInt(`${match[1] ?? ''}${(match[2] ?? '').padEnd(MAX_DECIMALS, '0')}`);
  }
  return toDecimal({ n: total, d: DECIMAL_UNITS });
}

const ORIGIN = { list: 'list of', custom: 'your price of', provider: 'stated on' } as const;
const UNITS: Readonly<Record<number, string>> = {
  60: ' / 60 s',
  1_000: ' / 1K',
  3_600: ' / 3,600 s',
  1_000_000: ' / 1M',
};

/**
 * The calculation of a cost in one line that a person can check: `1,920 cached × $0.075 / 1M + 86 input × $0.15 / 1M +
 * 300 output × $0.60 / 1M = $0.0003369, list of 2026-09-23, priority`.
 */
export function explain(cost: Cost): string {
  if ('unpriced' in cost) {
    const { unpriced, pricedPart } = cost;
    return pricedPart === undefined
      ? `unpriced: ${unpriced}`
      : `${unpriced}; at least ${explain(pricedPart)}`;
  }
  const { exact, source, asOf, tier, multiplier } = cost;
  const sum = cost.lines.length === 0 ? 'nothing billed' : cost.lines.map(term).join(' + ');
  const times = multiplier === undefined ? '' : ` times ${multiplier}`;
  return `${sum} = $${exact}, ${ORIGIN[source]} ${asOf}${times}${tier === undefined ? '' : `, ${tier}`}`;
}

function term({ item, quantity, unitPrice, per }: CostLine): string {
  if (item === REPORTED) return `$${cents(unitPrice)} ${item}`;
  return `${grouped(quantity)} ${item} × $${cents(unitPrice)}${UNITS[per] ?? ''}`;
}

/** Formats `1920` as `1,920`. Numbers that are very large or not whole are not grouped. */
function grouped(quantity: number): string {
  const [whole = '', fraction] = String(quantity).split('.');
  if (!/^\d+$/.test(whole)) return String(quantity);
  const groups = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** A price as people write it: `0.60`, `30.00`, `0.075`. */
function cents(price: number): string {
  const text = String(price);
  const decimals = text.split('.')[1]?.length ?? 0;
  return decimals >= 2 || text.includes('e') ? text : price.toFixed(2);
}
