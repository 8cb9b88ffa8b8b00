import type { UnpricedCost } from './billing/cost.ts';
import type { Tier } from './list/listed-model.ts';
import type { PriceRequest } from './price-request.ts';
import { quoted } from './quoted.ts';

/** Name of a service tier in an answer or request -> tiers of the list; the first one with a price is used. */
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

/** The tiers of the list for a call: by the response's tier, otherwise the request's; `undefined` for an unknown name. */
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

/** The reason for a call in an unknown tier. */
export function unknownTier({ serviceTier, requestServiceTier }: PriceRequest): UnpricedCost {
  return { unpriced: `no price for the service tier ${quoted(textOf(serviceTier) || requestServiceTier)}` };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
