import { fromUnits, toUnits } from '@userspan/ledger';

import type { CallRow } from '../call-row.ts';
import type { Cell } from '../row-buffer.ts';

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

export const NOTHING: Readonly<Sums> = {
  seen: 0,
  calls: 0,
  priced: 0,
  errors: 0,
  claimed: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  durationUs: 0n,
  cost: 0n,
};

/** The measures of a roll-up, in the order of its columns. */
export function cellsOf(sums: Sums): Cell[] {
  return [
    sums.seen,
    sums.calls,
    sums.priced,
    sums.errors,
    sums.claimed,
    sums.inputTokens,
    sums.outputTokens,
    sums.cachedTokens,
    sums.reasoningTokens,
    String(sums.durationUs),
    fromUnits(sums.cost),
  ];
}

export function isNothing(sums: Sums): boolean {
  return (
    sums.calls === 0 &&
    sums.seen === 0 &&
    sums.cost === 0n &&
    sums.priced === 0 &&
    sums.errors === 0 &&
    sums.claimed === 0 &&
    sums.inputTokens === 0 &&
    sums.outputTokens === 0 &&
    sums.cachedTokens === 0 &&
    sums.reasoningTokens === 0 &&
    sums.durationUs === 0n
  );
}

/** What one call adds, or takes back. */
export function figuresOf(row: CallRow, sign: 1 | -1): Sums {
  const durationUs = wholeMicroseconds(row.duration_ns);
  const cost = row.cost === null ? 0n : toUnits(row.cost);
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

export function addSums(sums: Sums, more: Sums): void {
  sums.seen += more.seen;
  sums.calls += more.calls;
  sums.priced += more.priced;
  sums.errors += more.errors;
  sums.claimed += more.claimed;
  sums.inputTokens += more.inputTokens;
  sums.outputTokens += more.outputTokens;
  sums.cachedTokens += more.cachedTokens;
  sums.reasoningTokens += more.reasoningTokens;
  sums.durationUs += more.durationUs;
  sums.cost += more.cost;
}

/** So that figures add up exactly. The check query rounds likewise. */
function wholeMicroseconds(ns: string): bigint {
  return ns.length <= 3 ? 0n : BigInt(ns.slice(0, -3));
}
