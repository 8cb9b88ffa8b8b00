import { BILLING_ITEMS, FEES, type BillingItem } from './billing-item.ts';
import type { Rational } from './rational.ts';
import { type Rate, rateOf } from './rate.ts';

/** `null` where a service tier has no price for what the standard tier prices; `undefined` where the model has none. */
export type Rates = Readonly<Partial<Record<BillingItem, Rate | null>>>;

/** The prices of one model, tier and length of context. */
export interface RateCard {
  readonly rates: Rates;
  /** Prices of one picture by `quality/size`. */
  readonly pictures: ReadonlyMap<string, Rate> | undefined;
  /** Fewer seconds than this are billed as this many. */
  readonly minSeconds: number;
  /** Nothing is billed: the model is free. */
  readonly free: boolean;
}

/** Item -> price text, `2.5` or `2.5>272000:5`: what stands in one segment of the list. */
export type PriceTexts = ReadonlyMap<string, string>;

const NO_PRICE = 'x';
const PICTURE = 'p/';
const MIN_SECONDS = 'hmin';

/** Reads `i=2.5>272000:5 o=15>272000:22.5`. */
export function priceTexts(segment: string): PriceTexts {
  const texts = new Map<string, string>();
  for (const part of segment.split(' ')) {
    const equals = part.indexOf('=');
    if (equals > 0) texts.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return texts;
}

/** The long-context bounds of a segment, ascending: above each one (strictly) the whole request has another price. */
export function boundsOf(texts: PriceTexts): readonly number[] {
  const bounds = new Set<number>();
  for (const text of texts.values()) {
    for (const match of text.matchAll(/>(\d+):/g)) bounds.add(Number(match[1]));
  }
  return [...bounds].sort((a, b) => a - b);
}

/** `above` is the highest bound that the request passed, 0 for none. Fees are spared by `factor.tokens`. */
export function rateCard(
  texts: PriceTexts,
  above: number,
  factor: { tokens?: Rational; all?: Rational },
): RateCard {
  const rates: Partial<Record<BillingItem, Rate | null>> = {};
  const pictures = new Map<string, Rate>();
  for (const [item, text] of texts) {
    const price = priceAt(text, above);
    if (item.startsWith(PICTURE)) {
      pictures.set(item.slice(PICTURE.length), rateOf(price, 1, product(factor)));
    } else if (item in BILLING_ITEMS) {
      const name = item as BillingItem;
      const by = FEES.has(name) ? factor.all : product(factor);
      rates[name] = price === NO_PRICE ? null : rateOf(price, BILLING_ITEMS[name].per, by);
    }
  }
  return {
    rates,
    pictures: pictures.size > 0 ? pictures : undefined,
    minSeconds: Number(texts.get(MIN_SECONDS) ?? 0),
    free: texts.size === 0,
  };
}

function priceAt(text: string, above: number): string {
  const [base = NO_PRICE, ...steps] = text.split('>');
  let price = base;
  for (const step of steps) {
    const [bound, stepPrice = NO_PRICE] = step.split(':');
    if (above >= Number(bound)) price = stepPrice;
  }
  return price;
}

function product({ tokens, all }: { tokens?: Rational; all?: Rational }): Rational | undefined {
  if (tokens === undefined || all === undefined) return tokens ?? all;
  return { n: tokens.n * all.n, d: tokens.d * all.d };
}
