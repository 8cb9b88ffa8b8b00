import type { PriceOptions } from '@userspan/pricing';
import { MAX_USD_UNITS, exactDecimal, fromUnits, toUnits } from './exact-decimal.ts';
import type { ForeignCost, StatedCost } from './stated-cost.ts';

/** 10^18, the number 1 in units of exact decimals. */
const ONE = 10n ** 18n;

/**
 * Matches the reasons of calls whose cost is stated in a currency other than US dollars, which a configured rate can
 * convert. Uses only syntax that JavaScript and RE2 share.
 */
export const FOREIGN_COST_PATTERN: string = '^the cost is stated in [^ ]+ \\(';

/** The stated cost of a span in another currency. The call is unpriced unless a rate is configured. */
export function foreignCost(foreign: ForeignCost): StatedCost {
  const { amount, currency } = foreign;
  return { unpriced: `the cost is stated in ${currency} (${amount}), not in US dollars`, foreign };
}

/** The configured rate of a currency: US dollars for one unit, as an exact decimal. */
export function currencyRate(currency: string, prices: PriceOptions | undefined): string | undefined {
  const rates = prices?.currencyRates;
  if (rates === undefined || !Object.hasOwn(rates, currency)) return undefined;
  const rate = rates[currency];
  return typeof rate === 'number' ? exactDecimal(rate) : rate;
}

/**
 * Converts a stated cost to US dollars if its currency has a configured rate. The product is exact to 18 decimals,
 * rounded half up. Returned unchanged: costs in dollars, costs without a rate, and results above a billion dollars or
 * below half a unit.
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
