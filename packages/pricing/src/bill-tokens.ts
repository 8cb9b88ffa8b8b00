import type { Bill } from './bill.ts';
import type { BillingItem } from './billing-item.ts';
import { billInputTokens } from './bill-input-tokens.ts';
import type { RateCard, Rates } from './rate-card.ts';
import type { TokenRules } from './token-rules.ts';
import type { Usage } from './usage.ts';

/**
 * Adds the lines of the input and output tokens to a bill; gives the reason where a count has no price.
 *
 * Totals are taken apart: what is cached, written to the cache, audio, picture or reasoning is billed at its own price
 * where there is one, the rest at the price of input or output.
 */
export function billTokens(bill: Bill, usage: Usage, card: RateCard, rules: TokenRules): string | undefined {
  return billInputTokens(bill, usage, card.rates, rules) ?? billOutputTokens(bill, usage, card.rates, rules);
}

const PARTS = [
  ['or', 'reasoningOutputTokens'],
  ['oa', 'audioOutputTokens'],
  ['oi', 'imageOutputTokens'],
  ['ov', 'videoOutputTokens'],
  ['oc', 'citationOutputTokens'],
] as const satisfies readonly (readonly [BillingItem, keyof Usage])[];

function billOutputTokens(bill: Bill, usage: Usage, rates: Rates, rules: TokenRules): string | undefined {
  const total = usage.outputTokens ?? 0;
  let rest = total;
  for (const [item, field] of PARTS) {
    const count = usage[field] ?? 0;
    if (count > total) return `more ${field} than output tokens`;
    if (count > 0 && rates[item] === null) return `no price for ${field} in this tier`;
    if (rates[item]) rest -= count;
  }
  if (rest < 0) return 'the parts of the output (reasoning, audio, pictures) are more than its total';
  if ((usage.audioOutputTokens ?? 0) > 0 && rates.oa === undefined && !rules.audioAsText)
    return 'no price for audio output';
  if (rest > 0 && rates.o === null) return 'no price for output in this tier at this length of input';
  if (rest > 0 && rates.o === undefined) return 'no price for output tokens';
  if (rates.o) bill.add('o', rest, rates.o);
  for (const [item, field] of PARTS) {
    const rate = rates[item];
    if (rate) bill.add(item, usage[field] ?? 0, rate);
  }
  return undefined;
}
