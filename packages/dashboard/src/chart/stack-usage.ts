import { tokensOf } from '../api/figures.ts';
import type { UsageRow } from '../api/usage.ts';
import type { Bucket } from '../url/range.ts';
import { bucketsBetween, bucketStart } from './time-buckets.ts';

export type Metric = 'cost' | 'calls' | 'tokens';

/** What a series is of: `key:` and a value, `none` for calls without a value, `rest` for all others together. */
export type SeriesId = `key:${string}` | 'none' | 'rest';

export interface Series {
  readonly id: SeriesId;
  readonly label: string;
  /** A colour of the style sheet. */
  readonly colour: string;
  /** Left out of the bars and their sums by the reader. */
  readonly isHidden: boolean;
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
  /** Calls that are in no bar, as their time is before the first LLM or still to come: of senders with a wrong clock. */
  readonly misdatedCalls: number;
}

const mostSeries = 7;

/** What the row is of. A tag may be named like the rest. */
function idOf({ key, rest }: ChartRow): SeriesId {
  if (rest === true) return 'rest';
  return key === null ? 'none' : `key:${key}`;
}

/** The figures of a row that a chart can show. */
type ChartRow = Pick<
  UsageRow,
  'at' | 'key' | 'rest' | 'calls' | 'unpricedCalls' | 'inputTokens' | 'outputTokens' | 'cost'
>;

/** Rows of usage as a stack of series: the seven largest first, then one with the rest. */
export function stackUsage(
  rows: readonly ChartRow[],
  options: {
    readonly metric: Metric;
    readonly bucket: Bucket;
    readonly fromMs: number | undefined;
    readonly toMs: number;
    /** `model`: what the rows are split by. */
    readonly by: string;
    /** Series to leave out of the bars; they keep their place and colour. */
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

/** There were no LLM calls before: an earlier time is of a wrong clock, and must not stretch the chart. */
const earliestMs = Date.UTC(2015, 0, 1);

/** When the first of these rows begins, in milliseconds since 1970; a wrong clock's do not count. */
export function firstTime(rows: readonly Pick<UsageRow, 'at'>[]): number | undefined {
  let first: number | undefined;
  for (const row of rows) {
    const at = Date.parse(row.at);
    if (at >= earliestMs && (first === undefined || at < first)) first = at;
  }
  return first;
}
