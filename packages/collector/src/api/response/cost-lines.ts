import { currencyRate, inDollars, priceRequestOf } from '@userspan/ledger';
import type { StatedCost } from '@userspan/ledger';
import { priceOf } from '@userspan/pricing';
import type { Cost, CostLine, PriceOptions } from '@userspan/pricing';

import type { CallRow } from '../../storage/write/call-row.ts';
import { pricedFacts } from '../../storage/write/priced-facts.ts';
import { showDecimal } from '../../storage/read/usage/figures.ts';

/** The calculation of a cost. */
export interface CostArithmetic {
  /** The billed items; empty if the span stated only the total. */
  readonly lines: readonly CostLine[];
  readonly tier: string | null;
  /** Further remarks, such as a conversion of currency. */
  readonly note: string | null;
}

/** The calculation of a call's cost, if current prices give the same cost. */
export function costArithmetic(row: CallRow, prices: PriceOptions | undefined): CostArithmetic {
  if (row.cost === null) return { lines: [], tier: null, note: row.unpriced };
  if (row.cost_source === 'unbilled') {
    return {
      lines: [],
      tier: null,
      note: 'The provider refused the call before a model ran and billed nothing.',
    };
  }
  const cost: Cost = priceOf(priceRequestOf(pricedFacts(row)), prices);
  if (!('unpriced' in cost) && cost.exact === showDecimal(row.cost)) {
    return { lines: cost.lines, tier: cost.tier ?? null, note: null };
  }
  const converted = conversionOf(row, prices);
  const note =
    row.cost_source === 'provider'
      ? 'The provider or a gateway reported this cost.'
      : row.cost_source === 'computed'
        ? 'The sender of the span computed this cost.'
        : 'This cost came with the call; the current prices lead to another amount.';
  return { lines: [], tier: null, note: converted === undefined ? note : `${note} ${converted}` };
}

/** Describes the amount in another currency from which the cost was converted. */
function conversionOf(row: CallRow, prices: PriceOptions | undefined): string | undefined {
  if (row.stated_cost === '' || !(row.cost_source === 'provider' || row.cost_source === 'computed'))
    return undefined;
  const stated = JSON.parse(row.stated_cost) as StatedCost;
  if (stated.foreign === undefined) return undefined;
  const { amount, currency } = stated.foreign;
  const rate = currencyRate(currency, prices);
  const isRateOfToday = row.cost !== null && inDollars(stated, prices).usd === showDecimal(row.cost);
  return isRateOfToday && rate !== undefined
    ? `It was reported as ${amount} ${currency} and converted at ${rate} US dollars for 1 ${currency}.`
    : `It was reported as ${amount} ${currency} and converted at the rate of that time.`;
}
