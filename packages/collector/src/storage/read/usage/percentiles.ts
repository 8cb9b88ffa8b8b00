/** Number of calls, and the milliseconds that 50 %, 95 % and 99 % of them do not exceed. */
export interface Percentiles {
  readonly calls: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export const NO_CALLS: Percentiles = { calls: 0, p50Ms: null, p95Ms: null, p99Ms: null };

/** SQL of the percentiles: the smallest value that at least this share of the values does not exceed, as in alerts. */
export function ranksOf(column: string, condition: string): string {
  const sorted = `arraySort(groupArrayIf(${column}, ${condition}))`;
  return `arrayMap(level -> arrayElement(${sorted} AS sorted_${column}, toInt64(ceil(level * length(sorted_${column})))), [0.5, 0.95, 0.99])`;
}

/** Converts the nanoseconds that {@link ranksOf} selects. */
export function percentilesOf(calls: number, ranks: readonly string[]): Percentiles {
  if (calls === 0) return NO_CALLS;
  const at = (rank: number): number => Number(ranks[rank] ?? 0) / 1e6;
  return { calls, p50Ms: at(0), p95Ms: at(1), p99Ms: at(2) };
}
