import type { PriceOptions } from '@userspan/pricing';
import { MAX_USD_UNITS, exactDecimal, fromUnits, toUnits } from './exact-decimal.ts';
import type { ForeignCost, StatedCost } from './stated-cost.ts';

/** 10^18: one in the units of exact decimals. */
const ONE = 10n ** 18n;

/**
 * Matches the reasons of calls whose cost is stated in another currency than US dollars: a configured rate gives them a
 * cost. Syntax that JavaScript and RE2 share.
 */
export const FOREIGN_COST_PATTERN: string = '^the cost is stated in [^ ]+ \\(';

/** What a span states in another currency: the call is unpriced unless a rate is configured. */
export function foreignCost(foreign: ForeignCost): StatedCost {
  const { amount, currency } = foreign;
  return { unpriced: `the cost is stated in ${currency} (${amount}), not in US dollars`, foreign };
}

/** The configured rate of a currency, an exact decimal: US dollars for one unit. */
export function currencyRate(currency: string, prices: PriceOptions | undefined): string | undefined {
  const rates = prices?.currencyRates;
  if (rates === undefined || !Object.hasOwn(rates, currency)) return undefined;
  const rate = rates[currency];
  return typeof rate === 'number' ? exactDecimal(rate) : rate;
}

/**
 * A stated cost in US dollars, where it is in a currency with a configured rate. The product is exact to the eighteenth
 * decimal, half a unit rounded up. What is already in dollars, has no rate, or comes to more than a billion dollars or
 * to less than half a unit stays as it is.
 */
export function inDollars(stated: StatedCost, prices: PriceOptions | undefined): StatedCost {
  const { foreign } = stated;
  const rate = foreign === undefined ? undefined : currencyRate(foreign.currency, prices);
  if (foreign === undefined || rate === undefined) return stated;
  const units = (toUnits(foreign.amount) * toUnits(rate) + ONE / 2n) / ONE;
  return units <= 0n || units > MAX_USD_UNITS
    ? stated
    : { usd: fromUnits(units), source: foreign.source, foreign };
}
