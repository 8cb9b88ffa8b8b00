import { tokensOf } from '../api/figures.ts';
import type { UsageRow } from '../api/usage.ts';
import type { Bucket } from '../url/range.ts';
import { bucketsBetween, bucketStart } from './time-buckets.ts';

export type Metric = 'cost' | 'calls' | 'tokens';

export interface Series {
  /** Null is what has no key at all. */
  readonly key: string | null;
  readonly label: string;
  /** A colour of the style sheet. */
  readonly colour: string;
  /** One for each bucket. */
  readonly values: readonly number[];
  readonly total: number;
  /** Of costs: the calls that are not in them; `undefined` where what is stacked is no cost. */
  readonly unpricedCalls: number | undefined;
}

export interface Stack {
  readonly starts: readonly number[];
  readonly series: readonly Series[];
  /** The height of each bar. */
  readonly sums: readonly number[];
  /** Of costs: the calls of each bar that are not in its height. */
  readonly unpricedCalls: readonly number[];
}

const mostSeries = 7;
const restKey = 'other';

/** Rows of usage as a stack of series: the greatest first, what is beyond seven taken together. */
export function stackUsage(
  rows: readonly UsageRow[],
  options: {
    readonly metric: Metric;
    readonly bucket: Bucket;
    readonly fromMs: number | undefined;
    readonly toMs: number;
    readonly noKey: string;
  },
): Stack {
  const { metric, bucket, toMs, noKey } = options;
  const first = options.fromMs ?? firstTime(rows) ?? toMs;
  const starts = bucketsBetween(first, toMs, bucket);
  const place = new Map(starts.map((start, at) => [start, at]));
  const totals = new Map<string | null, number>();
  for (const row of rows) totals.set(row.key, (totals.get(row.key) ?? 0) + valueOf(row, metric));
  const ranked = Array.from(totals.keys()).sort(
    (a, b) => Number(a === restKey) - Number(b === restKey) || (totals.get(b) ?? 0) - (totals.get(a) ?? 0),
  );
  const shown = ranked.length > mostSeries ? ranked.slice(0, mostSeries - 1) : ranked;
  const values = new Map<string | null, number[]>();
  for (const key of shown)
    values.set(
      key,
      Array.from(starts, () => 0),
    );
  if (shown.length < ranked.length)
    values.set(
      restKey,
      Array.from(starts, () => 0),
    );
  const sums = Array.from(starts, () => 0);
  const unpriced = Array.from(starts, () => 0);
  const unpricedOf = new Map<string | null, number>();
  for (const row of rows) {
    const at = place.get(bucketStart(Date.parse(row.at), bucket));
    const list = values.get(row.key) ?? values.get(restKey);
    if (at === undefined || list === undefined) continue;
    const value = valueOf(row, metric);
    list[at] = (list[at] ?? 0) + value;
    sums[at] = (sums[at] ?? 0) + value;
    if (metric !== 'cost') continue;
    const key = values.has(row.key) ? row.key : restKey;
    unpriced[at] = (unpriced[at] ?? 0) + row.unpricedCalls;
    unpricedOf.set(key, (unpricedOf.get(key) ?? 0) + row.unpricedCalls);
  }
  const series = Array.from(values, ([key, list], at) => ({
    key,
    label: key ?? noKey,
    colour: key === restKey || key === null ? 'var(--series-other)' : `var(--series-${(at % 7) + 1})`,
    values: list,
    total: list.reduce((sum, value) => sum + value, 0),
    unpricedCalls: metric === 'cost' ? (unpricedOf.get(key) ?? 0) : undefined,
  }));
  return { starts, series, sums, unpricedCalls: unpriced };
}

function valueOf(row: UsageRow, metric: Metric): number {
  if (metric === 'cost') return row.cost ?? 0;
  return metric === 'calls' ? row.calls : tokensOf(row);
}

function firstTime(rows: readonly UsageRow[]): number | undefined {
  let first: number | undefined;
  for (const row of rows) {
    const at = Date.parse(row.at);
    if (first === undefined || at < first) first = at;
  }
  return first;
}
