import type { Tier } from './listed-model.ts';

const TIERS: Readonly<Record<string, Tier>> = {
  auto: 'standard',
  default: 'standard',
  standard: 'standard',
  standard_only: 'standard',
  on_demand: 'standard',
  batch: 'batch',
  flex: 'flex',
  priority: 'priority',
  fast: 'priority',
};

/**
 * The tier that a call is billed in: the response's, only without one the request's. `undefined` for a name that
 * nobody has a price for.
 */
export function tierOf(response: unknown, request: unknown, batch: boolean | undefined): Tier | undefined {
  if (batch === true) return 'batch';
  const name = named(response) ?? named(request);
  if (name === undefined) return 'standard';
  const lower = name.toLowerCase();
  return Object.hasOwn(TIERS, lower) ? TIERS[lower] : undefined;
}

function named(tier: unknown): string | undefined {
  return typeof tier === 'string' && tier !== '' ? tier : undefined;
}
