import { tokensOf } from '../api/figures.ts';
import type { UsageRow } from '../api/usage.ts';
import type { Bucket } from '../url/range.ts';
import { bucketsBetween, bucketStart } from './time-buckets.ts';

export type Metric = 'cost' | 'calls' | 'tokens';

/** Identifies a series: `key:` followed by a value, `none` for calls without a value, or `rest` for all other values. */
export type SeriesId = `key:${string}` | 'none' | 'rest';

export interface Series {
  readonly id: SeriesId;
  readonly label: string;
  /** A CSS colour. */
  readonly colour: string;
  /** Whether the series was hidden in the legend, and is not part of bars and sums. */
  readonly isHidden: boolean;
  /** One value per bucket. */
  readonly values: readonly number[];
  readonly total: number;
  /** Number of calls without a price if the values are costs; otherwise undefined. */
  readonly unpricedCalls: number | undefined;
}

export interface Stack {
  readonly starts: readonly number[];
  readonly series: readonly Series[];
  /** The height of each bar. */
  readonly sums: readonly number[];
  /** Number of calls without a price in each bar if the values are costs. */
  readonly unpricedCalls: readonly number[];
  /** Number of calls with an impossible time, too early or in the future, which are in no bar. */
  readonly misdatedCalls: number;
}

const mostSeries = 7;

/** The series of a row. The prefix `key:` is needed because a tag may be called `rest`. */
function idOf({ key, rest }: ChartRow): SeriesId {
  if (rest === true) return 'rest';
  return key === null ? 'none' : `key:${key}`;
}

/** The fields of a row that a chart uses. */
type ChartRow = Pick<
  UsageRow,
  'at' | 'key' | 'rest' | 'calls' | 'unpricedCalls' | 'inputTokens' | 'outputTokens' | 'cost'
>;

/** Combines rows of usage into stacked series: the largest ones, and one with the rest. */
export function stackUsage(
  rows: readonly ChartRow[],
  options: {
    readonly metric: Metric;
    readonly bucket: Bucket;
    readonly fromMs: number | undefined;
    readonly toMs: number;
    /** The key by which the rows are split, e.g. `model`. */
    readonly by: string;
    /** Hidden series, which keep their positions and colours. */
    readonly hidden?: ReadonlySet<SeriesId>;
  },
): Stack {
  const { metric, bucket, toMs, by, hidden } = options;
  const first = options.fromMs ?? firstTime(rows) ?? toMs;
  const starts = bucketsBetween(first, toMs, bucket);
  const place = new Map(starts.map((start, at) => [start, at]));
  const totals = new Map<SeriesId, number>();
  for (const row of rows) totals.set(idOf(row), (totals.get(idOf(row)) ?? 0) + valueOf(row, metric));
  const ranked = Array.from(totals.keys()).sort(
    (a, b) => Number(a === 'rest') - Number(b === 'rest') || (totals.get(b) ?? 0) - (totals.get(a) ?? 0),
  );
  const shown = ranked.length > mostSeries ? ranked.slice(0, mostSeries - 1) : ranked;
  const values = new Map<SeriesId, number[]>();
  const zeros = (): number[] => Array.from(starts, () => 0);
  for (const id of shown) values.set(id, zeros());
  if (shown.length < ranked.length) values.set('rest', zeros());
  const sums = zeros();
  const unpriced = zeros();
  const unpricedOf = new Map<SeriesId, number>();
  const shownTotals = new Map<SeriesId, number>();
  let misdatedCalls = 0;
  for (const row of rows) {
    const at = place.get(bucketStart(Date.parse(row.at), bucket));
    const id = values.has(idOf(row)) ? idOf(row) : 'rest';
    const list = values.get(id);
    if (list === undefined) continue;
    const value = valueOf(row, metric);
    const unpricedCalls = metric === 'cost' ? row.unpricedCalls : 0;
    shownTotals.set(id, (shownTotals.get(id) ?? 0) + value);
    unpricedOf.set(id, (unpricedOf.get(id) ?? 0) + unpricedCalls);
    if (at === undefined) {
      misdatedCalls += row.calls;
      continue;
    }
    list[at] = (list[at] ?? 0) + value;
    if (hidden?.has(id) === true) continue;
    sums[at] = (sums[at] ?? 0) + value;
    unpriced[at] = (unpriced[at] ?? 0) + unpricedCalls;
  }
  const series = Array.from(values, ([id, list], at) => ({
    id,
    label: labelOf(id, by),
    colour: id === 'rest' || id === 'none' ? 'var(--series-other)' : `var(--series-${(at % 7) + 1})`,
    isHidden: hidden?.has(id) === true,
    values: list,
    total: shownTotals.get(id) ?? 0,
    unpricedCalls: metric === 'cost' ? (unpricedOf.get(id) ?? 0) : undefined,
  }));
  return { starts, series, sums, unpricedCalls: unpriced, misdatedCalls };
}

function labelOf(id: SeriesId, by: string): string {
  if (id === 'none') return `no ${by}`;
  return id === 'rest' ? `other ${by}s` : id.slice('key:'.length);
}

function valueOf(row: ChartRow, metric: Metric): number {
  if (metric === 'cost') return row.cost ?? 0;
  return metric === 'calls' ? row.calls : tokensOf(row);
}

/** Earlier times come from wrong clocks, since there were no LLM calls. They must not stretch the chart. */
const earliestMs = Date.UTC(2015, 0, 1);

/** The earliest time of the rows in milliseconds since 1970, ignoring times of wrong clocks. */
export function firstTime(rows: readonly Pick<UsageRow, 'at'>[]): number | undefined {
  let first: number | undefined;
  for (const row of rows) {
    const at = Date.parse(row.at);
    if (at >= earliestMs && (first === undefined || at < first)) first = at;
  }
  return first;
}
