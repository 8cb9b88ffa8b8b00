import type { UnpricedCost } from './billing/cost.ts';
import type { Tier } from './list/listed-model.ts';
import type { PriceRequest } from './price-request.ts';
import { quoted } from './quoted.ts';

/** A name of a service tier in an answer or a request -> tiers of the list, the first that has a price counts. */
const TIERS: Readonly<Record<string, readonly Tier[]>> = {
  auto: ['standard'],
  default: ['standard'],
  standard: ['standard'],
  standard_only: ['standard'],
  on_demand: ['standard'],
  batch: ['batch'],
  flex: ['flex'],
  priority: ['priority'],
  fast: ['fast', 'priority'],
  ultrafast: ['ultrafast'],
};
const BATCH: readonly Tier[] = ['batch'];
const STANDARD: readonly Tier[] = ['standard'];

/** The response's tier, only without one the request's; `undefined` for a name that has no price anywhere. */
export function tiersOf({
  serviceTier,
  requestServiceTier,
  batch,
}: PriceRequest): readonly Tier[] | undefined {
  if (batch === true) return BATCH;
  const name = textOf(serviceTier) || textOf(requestServiceTier);
  if (name === '') return STANDARD;
  const lower = name.toLowerCase();
  return Object.hasOwn(TIERS, lower) ? TIERS[lower] : undefined;
}

/** The reason why a call in a tier of an unknown name has no price. */
export function unknownTier({ serviceTier, requestServiceTier }: PriceRequest): UnpricedCost {
  return { unpriced: `no price for the service tier ${quoted(textOf(serviceTier) || requestServiceTier)}` };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
