import { toUnits } from '@userspan/ledger';

import type { CallRow } from '../call-row.ts';

/** What a roll-up adds up. */
export interface Sums {
  seen: number;
  calls: number;
  priced: number;
  errors: number;
  claimed: number;
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
  durationUs: bigint;
  cost: bigint;
}

/** What one call adds, or takes back. */
export function figuresOf(row: CallRow, sign: 1 | -1): Sums {
  const durationUs = wholeMicroseconds(row.duration_ns);
  const cost = row.cost === null ? 0n : costUnits(row.cost);
  return {
    seen: 0,
    calls: sign,
    priced: row.cost === null ? 0 : sign,
    errors: row.error === '' ? 0 : sign,
    claimed: row.user_claimed === 1 ? sign : 0,
    inputTokens: sign * row.input_tokens,
    outputTokens: sign * row.output_tokens,
    cachedTokens: sign * row.cached_tokens,
    reasoningTokens: sign * row.reasoning_tokens,
    durationUs: sign === 1 ? durationUs : -durationUs,
    cost: sign === 1 ? cost : -cost,
  };
}

/** Costs that occurred, by their decimals: calls of one model and size cost the same. */
const unitsOf = new Map<string, bigint>();
const MAX_COSTS = 4096;

function costUnits(decimal: string): bigint {
  let units = unitsOf.get(decimal);
  if (units === undefined) {
    units = toUnits(decimal);
    if (unitsOf.size >= MAX_COSTS) {
      unitsOf.clear();
    }
    unitsOf.set(decimal, units);
  }
  return units;
}

/** So that figures add up exactly. The check query rounds likewise. */
function wholeMicroseconds(ns: string): bigint {
  return ns.length <= 3 ? 0n : BigInt(ns.slice(0, -3));
}
