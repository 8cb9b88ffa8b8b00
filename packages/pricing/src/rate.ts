import { type Rational, rational, times, toDouble } from './rational.ts';

/** The price of one item, read once and then used for every call. */
export interface Rate {
  /** US dollars for `per` units. */
  readonly unitPrice: number;
  readonly per: number;
  /** US dollars for one unit, exact. */
  readonly exact: Rational;
  /** Pico-dollars for one unit, where that is a safe integer; else -1. */
  readonly pico: number;
}

const PICO: Rational = { n: 1_000_000_000_000n, d: 1n };

/** `price` is US dollars for `per` units; `factor` (half for batch, the user's multiplier) is applied exactly. */
export function rateOf(price: string | number, per: number, factor?: Rational): Rate {
  const priced = factor === undefined ? rational(price) : times(rational(price), factor);
  const exact = { n: priced.n, d: priced.d * BigInt(per) };
  const pico = times(exact, PICO);
  const whole = pico.n % pico.d === 0n ? pico.n / pico.d : -1n;
  const safe = whole >= 0n && whole <= BigInt(Number.MAX_SAFE_INTEGER);
  return { unitPrice: toDouble(priced), per, exact, pico: safe ? Number(whole) : -1 };
}
