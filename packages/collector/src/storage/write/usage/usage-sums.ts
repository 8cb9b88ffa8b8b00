import type { CallRow } from '../call-row.ts';
import { decimalUnits } from '../columns/decimal-units.ts';

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
  const cost = row.cost === null ? 0n : decimalUnits(row.cost);
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

/** So that figures add up exactly. The check query rounds likewise. */
function wholeMicroseconds(ns: string): bigint {
  return ns.length <= 3 ? 0n : BigInt(ns.slice(0, -3));
}
