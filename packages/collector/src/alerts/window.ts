import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';

/**
 * The time span that a rule covers: a number of minutes up to now, or a day, week or month in a time zone.
 *
 * A rolling window consists of whole minutes and ends with the current one. A week begins on Monday.
 */
export type AlertWindow =
  | { readonly kind: 'rolling'; readonly minutes: number }
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit; readonly timeZone: string };

export type CalendarUnit = 'day' | 'week' | 'month';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MIN_MINUTES = 5;
const MAX_MINUTES = 31 * 1440;
const MINUTES_OF: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };
const UNITS: readonly CalendarUnit[] = ['day', 'week', 'month'];

/**
 * Reads `5m` to `31d`, or `day`, `week` or `month`.
 *
 * @throws TypeError that says what the value must be.
 */
export function parseWindow(text: string, timeZone = 'UTC'): AlertWindow {
  const unit = UNITS.find((known) => known === text);
  if (unit !== undefined) return { kind: 'calendar', unit, timeZone: checkedTimeZone(timeZone) };
  const [, count = '', letter = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const minutes = Number(count) * (MINUTES_OF[letter] ?? 0);
  if (minutes < MIN_MINUTES || minutes > MAX_MINUTES) {
    throw new TypeError(
      `window must be a length from 5m to 31d, or day, week or month; got ${JSON.stringify(text)}`,
    );
  }
  return { kind: 'rolling', minutes };
}

function checkedTimeZone(name: string): string {
  try {
    if (!/^[A-Za-z][\w+\-/]{0,63}$/.test(name)) throw new RangeError('not a name');
    formatOf(name);
    return name;
  } catch {
    throw new TypeError(
      `timeZone must be a name of the IANA database such as Europe/Berlin; got ${JSON.stringify(name)}`,
    );
  }
}

/** The span of the window that contains `nowMs`. */
export function spanAt(window: AlertWindow, nowMs: number): TimeSpan {
  if (window.kind === 'rolling') {
    const toMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    return { fromMs: toMs - window.minutes * MINUTE_MS, toMs };
  }
  const day = firstDay(window, localDay(nowMs, window.timeZone));
  return {
    fromMs: startOfDay(day, window.timeZone),
    toMs: startOfDay(nextPeriod(window, day), window.timeZone),
  };
}

/** The span of the same window just before `span`. */
export function spanBefore(window: AlertWindow, span: TimeSpan): TimeSpan {
  return window.kind === 'rolling'
    ? { fromMs: span.fromMs - window.minutes * MINUTE_MS, toMs: span.fromMs }
    : { ...spanAt(window, span.fromMs - MINUTE_MS), toMs: span.fromMs };
}

/** Days since the epoch of the first day of the window's period that contains the day. */
function firstDay({ unit }: { readonly unit: CalendarUnit }, day: number): number {
  if (unit === 'day') return day;
  // The first day of 1970 was a Thursday.
  if (unit === 'week') return day - ((day + 3) % 7);
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS;
}

function nextPeriod({ unit }: { readonly unit: CalendarUnit }, day: number): number {
  if (unit === 'day') return day + 1;
  if (unit === 'week') return day + 7;
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY_MS;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** The local date as days since the epoch. */
export function localDay(ms: number, timeZone: string): number {
  if (timeZone === 'UTC') return Math.floor(ms / DAY_MS);
  const part = { year: 0, month: 0, day: 0 };
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) {
    if (type === 'year' || type === 'month' || type === 'day') part[type] = Number(value);
  }
  return Date.UTC(part.year, part.month - 1, part.day) / DAY_MS;
}

const starts = new Map<string, number>();
const MAX_STARTS = 1000;

/**
 * The first minute of a local day. Found by a search, because a day may begin at one o'clock when clocks change, and
 * time zones differ from UTC by up to 15 hours.
 */
export function startOfDay(day: number, timeZone: string): number {
  if (timeZone === 'UTC') return day * DAY_MS;
  const key = `${timeZone} ${day}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  let before = day * 1440 - 15 * 60;
  let after = day * 1440 + 15 * 60;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDay(middle * MINUTE_MS, timeZone) >= day) after = middle;
    else before = middle;
  }
  if (starts.size > MAX_STARTS) starts.clear();
  starts.set(key, after * MINUTE_MS);
  return after * MINUTE_MS;
}
