import { BILLING_ITEMS, type BillingItem } from './billing-item.ts';
import type { CostLine, PricedCost } from './cost.ts';
import { picoToDecimal, picoToDouble } from './pico-dollars.ts';
import type { Rate } from './rate.ts';
import { type Rational, plus, rational, times, toDecimal, toDouble } from './rational.ts';

const PICO_PER_DOLLAR = 1_000_000_000_000n;

/** The line of a cost that the provider reported. */
export const REPORTED = 'reported by the provider';

/** Adds up a call's lines exactly: in safe integers of a pico-dollar while they last, in fractions after that. */
export class Bill {
  readonly #lines: CostLine[] = [];
  #pico = 0;
  #exact: Rational | undefined;

  /** `item` is a short name of the list, or words. Nothing used is no line. */
  add(item: BillingItem | typeof REPORTED | `picture ${string}`, quantity: number, rate: Rate): void {
    if (quantity === 0) return;
    const words = item in BILLING_ITEMS ? BILLING_ITEMS[item as BillingItem].item : item;
    this.#lines.push({
      item: words,
      quantity,
      unitPrice: rate.unitPrice,
      per: rate.per,
      usd: this.#addUp(quantity, rate),
    });
  }

  cost(source: PricedCost['source'], asOf: string, tier: string | undefined): PricedCost {
    const exact = this.#exact === undefined ? picoToDecimal(this.#pico) : toDecimal(this.#exact);
    const usd = this.#exact === undefined ? picoToDouble(this.#pico) : Number(exact);
    const lines = this.#lines;
    return tier === undefined
      ? { usd, exact, lines, source, asOf }
      : { usd, exact, lines, source, asOf, tier };
  }

  #addUp(quantity: number, rate: Rate): number {
    const pico = quantity * rate.pico;
    const sum = this.#pico + pico;
    // A product of two integers that is at most 2^53 - 1 is exact, and so is the sum.
    if (
      rate.pico >= 0 &&
      sum <= Number.MAX_SAFE_INTEGER &&
      this.#exact === undefined &&
      Number.isInteger(quantity)
    ) {
      this.#pico = sum;
      return picoToDouble(pico);
    }
    const exact = times(rational(quantity), rate.exact);
    this.#exact = plus(this.#exact ?? { n: BigInt(this.#pico), d: PICO_PER_DOLLAR }, exact);
    return toDouble(exact);
  }
}
