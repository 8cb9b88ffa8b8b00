import { BILLING_ITEMS, type BillingItem } from './billing-item.ts';
import type { CostLine } from './cost.ts';
import { picoToDecimal, picoToDouble } from './pico-dollars.ts';
import type { Rate } from './rate.ts';
import { type Rational, plus, rational, times, toDecimal, toDouble } from './rational.ts';

/** Adds up a call's lines exactly: in safe integers of a pico-dollar while they last, in fractions after that. */
export class Bill {
  readonly lines: CostLine[] = [];
  #pico = 0;
  #exact: Rational | undefined;

  add(item: BillingItem | string, quantity: number, rate: Rate): void {
    if (quantity === 0) return;
    const name = item in BILLING_ITEMS ? BILLING_ITEMS[item as BillingItem].item : item;
    const pico = quantity * rate.pico;
    const sum = this.#pico + pico;
    const fits = rate.pico >= 0 && sum <= Number.MAX_SAFE_INTEGER && Number.isInteger(quantity);
    let usd: number;
    if (fits) {
      usd = picoToDouble(pico);
      if (this.#exact === undefined) this.#pico = sum;
      else this.#exact = plus(this.#exact, { n: BigInt(pico), d: 1_000_000_000_000n });
    } else {
      const exact = times(rational(quantity), rate.exact);
      usd = toDouble(exact);
      this.#exact = plus(this.#exact ?? { n: BigInt(this.#pico), d: 1_000_000_000_000n }, exact);
    }
    this.lines.push({ item: name, quantity, unitPrice: rate.unitPrice, per: rate.per, usd });
  }

  /** US dollars: the nearest double, and the decimal. */
  total(): { readonly usd: number; readonly exact: string } {
    if (this.#exact === undefined) return { usd: picoToDouble(this.#pico), exact: picoToDecimal(this.#pico) };
    return { usd: toDouble(this.#exact), exact: toDecimal(this.#exact) };
  }
}
