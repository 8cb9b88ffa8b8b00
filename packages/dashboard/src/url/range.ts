import { formatSpan } from '../format/time.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const quarterMs = hourMs / 4;
/**
 * The least time from now to the end of a range that ends now. The page reads its clock every ten seconds, and may be
 * behind the collector's. Without this time, new calls were missing after each quarter of an hour.
 */
const leastAheadMs = 60_000;

/** A range that ends now, with its name in the URL. */
export interface RangePreset {
  readonly key: string;
  readonly label: string;
  readonly spanMs: number;
}

export const rangePresets: readonly RangePreset[] = [
  { key: '24h', label: 'Last 24 hours', spanMs: dayMs },
  { key: '7d', label: 'Last 7 days', spanMs: 7 * dayMs },
  { key: '30d', label: 'Last 30 days', spanMs: 30 * dayMs },
  { key: '90d', label: 'Last 90 days', spanMs: 90 * dayMs },
  { key: '365d', label: 'Last 12 months', spanMs: 365 * dayMs },
  { key: 'all', label: 'All time', spanMs: Number.POSITIVE_INFINITY },
];

export const defaultRange = '30d';

/** The width of the bars of a chart, with the names of the API. */
export type Bucket = 'hour' | 'day' | 'week' | 'month';

/** The range of a page with limits in milliseconds. Without `fromMs` it has no start, and without `toMs` it ends now. */
export interface TimeRange {
  readonly key: string;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** The end that is sent to the API for a range that ends now. Later calls come from wrong clocks. */
  readonly untilMs?: number | undefined;
}

/** The parameters of a URL for the range. */
export interface RangeSearch {
  readonly range?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Parses the range of a URL: `range=7d`, or `from` and `to` as ISO times. A relative range starts at a whole hour, as
 * in the API, so that it stays the same for some time and answers can be cached. Invalid values give the default.
 */
export function readRange(search: RangeSearch, nowMs: number): TimeRange {
  const from = Date.parse(search.from ?? '');
  const to = Date.parse(search.to ?? '');
  if (Number.isFinite(from) && Number.isFinite(to) && from < to) {
    return { key: 'custom', fromMs: from, toMs: to };
  }
  const preset = presetOf(search.range) ?? presetOf(defaultRange);
  const spanMs = preset?.spanMs ?? 30 * dayMs;
  return {
    key: preset?.key ?? defaultRange,
    fromMs: Number.isFinite(spanMs) ? Math.floor((nowMs - spanMs) / hourMs) * hourMs : undefined,
    toMs: undefined,
    untilMs: Number.isFinite(spanMs)
      ? (Math.floor((nowMs + leastAheadMs) / quarterMs) + 1) * quarterMs
      : undefined,
  };
}

function presetOf(key: string | undefined): RangePreset | undefined {
  return rangePresets.find((preset) => preset.key === key);
}

/** The URL parameters of a range between two times. */
export function customRange(fromMs: number, toMs: number): RangeSearch {
  return { range: undefined, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

/** Selects the bucket width that gives 20 to 200 bars. `firstMs` is the time of the first call, if known. */
export function bucketOf(range: TimeRange, nowMs: number, firstMs = 0): Bucket {
  const span = (range.toMs ?? nowMs) - (range.fromMs ?? firstMs);
  if (span <= 8 * dayMs) return 'hour';
  if (span <= 200 * dayMs) return 'day';
  return span <= 3 * 365 * dayMs ? 'week' : 'month';
}

/** The label of a range. */
export function rangeLabel(range: TimeRange): string {
  if (range.fromMs !== undefined && range.toMs !== undefined) return formatSpan(range.fromMs, range.toMs);
  return presetOf(range.key)?.label ?? range.key;
}

/** The limits as query parameters of the API. */
export function rangeQuery(range: TimeRange): {
  readonly from: string | undefined;
  readonly to: string | undefined;
} {
  return { from: isoOf(range.fromMs), to: isoOf(range.toMs ?? range.untilMs) };
}

function isoOf(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString();
}
