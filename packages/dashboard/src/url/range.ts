import { formatMoment, formatSpan } from '../format/time.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const quarterMs = hourMs / 4;
/**
 * The least time from now to the end of a range that ends now. The page reads its clock every ten seconds, and may be
 * behind the collector's. Without this time, new calls were missing after each quarter of an hour.
 */
const leastAheadMs = 60_000;

/** Limits in milliseconds since the Unix epoch. Without `fromMs` a range has no start, and without `toMs` it ends now. */
interface Limits {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** A range relative to now, with its name in the URL. */
export interface RangePreset {
  readonly key: string;
  readonly label: string;
  /** Days, weeks, months and quarters are those of the reader's time zone. */
  readonly limits: (nowMs: number) => Limits;
}

const defaultPreset: RangePreset = {
  key: '30d',
  label: 'Last 30 days',
  limits: lastDays(30),
};
export const defaultRange = defaultPreset.key;

/** Ranges of a length that end now. */
export const lengthPresets: readonly RangePreset[] = [
  { key: '24h', label: 'Last 24 hours', limits: lastDays(1) },
  { key: '7d', label: 'Last 7 days', limits: lastDays(7) },
  defaultPreset,
  { key: '90d', label: 'Last 90 days', limits: lastDays(90) },
  { key: '365d', label: 'Last 12 months', limits: lastDays(365) },
  { key: 'all', label: 'All time', limits: () => since(undefined) },
];

/** Days, weeks, months and quarters of the calendar. */
export const calendarPresets: readonly RangePreset[] = [
  { key: 'today', label: 'Today', limits: (nowMs) => since(dayStart(nowMs, 0)) },
  { key: 'yesterday', label: 'Yesterday', limits: (nowMs) => period(dayStart, nowMs) },
  { key: 'week', label: 'This week', limits: (nowMs) => since(weekStart(nowMs, 0)) },
  { key: 'last-week', label: 'Last week', limits: (nowMs) => period(weekStart, nowMs) },
  { key: 'month', label: 'This month', limits: (nowMs) => since(monthStart(nowMs, 0)) },
  { key: 'last-month', label: 'Last month', limits: (nowMs) => period(monthStart, nowMs) },
  { key: 'quarter', label: 'This quarter', limits: (nowMs) => since(quarterStart(nowMs, 0)) },
  { key: 'last-quarter', label: 'Last quarter', limits: (nowMs) => period(quarterStart, nowMs) },
];

export const rangePresets: readonly RangePreset[] = [...lengthPresets, ...calendarPresets];

function since(fromMs: number | undefined): Limits {
  return { fromMs, toMs: undefined };
}

/** The period before the current one. */
function period(startOf: (nowMs: number, offset: number) => number, nowMs: number): Limits {
  return { fromMs: startOf(nowMs, -1), toMs: startOf(nowMs, 0) };
}

/** Starts at a whole hour, as in the API, so that the range stays the same for some time and answers can be cached. */
function lastDays(days: number): RangePreset['limits'] {
  return (nowMs) => since(Math.floor((nowMs - days * dayMs) / hourMs) * hourMs);
}

/** The start of the current day, or of another one with an offset in days. */
function dayStart(nowMs: number, offset: number): number {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset).getTime();
}

/** Weeks begin on Monday, as those of the charts do. */
function weekStart(nowMs: number, offset: number): number {
  return dayStart(nowMs, 7 * offset - ((new Date(nowMs).getDay() + 6) % 7));
}

function monthStart(nowMs: number, offset: number): number {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth() + offset, 1).getTime();
}

function quarterStart(nowMs: number, offset: number): number {
  return monthStart(nowMs, 3 * offset - (new Date(nowMs).getMonth() % 3));
}

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
 * Parses the range of a URL: `range=7d`, or `from`, `to` or both as ISO times. As in the API, a range without `to` ends
 * now, and one without `from` has no start. Invalid values give the default.
 */
export function readRange(search: RangeSearch, nowMs: number): TimeRange {
  const typed = { fromMs: timeOf(search.from), toMs: timeOf(search.to) };
  if ((typed.fromMs ?? typed.toMs) !== undefined && !isReversed(search)) {
    return { key: 'custom', ...typed, untilMs: endOf(typed, nowMs) };
  }
  const { key, limits } = presetOf(search.range) ?? defaultPreset;
  const relative = limits(nowMs);
  return { key, ...relative, untilMs: endOf(relative, nowMs) };
}

/** Whether a range has both limits, and its end is not after its start. */
export function isReversed({ from, to }: RangeSearch): boolean {
  const [fromMs, toMs] = [timeOf(from), timeOf(to)];
  return fromMs !== undefined && toMs !== undefined && fromMs >= toMs;
}

function timeOf(text: string | undefined): number | undefined {
  const timeMs = Date.parse(text ?? '');
  return Number.isFinite(timeMs) ? timeMs : undefined;
}

/** The end that is sent to the API for a range that has begun and has no end of its own. */
function endOf({ fromMs, toMs }: Limits, nowMs: number): number | undefined {
  if (fromMs === undefined || toMs !== undefined) return undefined;
  const endMs = (Math.floor((nowMs + leastAheadMs) / quarterMs) + 1) * quarterMs;
  return fromMs < endMs ? endMs : undefined;
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
  const preset = presetOf(range.key);
  if (preset !== undefined) return preset.label;
  const { fromMs, toMs } = range;
  if (fromMs !== undefined && toMs !== undefined) return formatSpan(fromMs, toMs);
  if (fromMs !== undefined) return `Since ${formatMoment(fromMs)}`;
  return toMs === undefined ? range.key : `Until ${formatMoment(toMs)}`;
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
