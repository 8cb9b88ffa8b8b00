const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`, then the date. A future time is written as a date. */
export function formatAgo(timeMs: number, nowMs: number): string {
  const age = nowMs - timeMs;
  if (age < -5_000) return formatDate(timeMs, nowMs);
  if (age < 5_000) return 'now';
  if (age < minuteMs) return `${Math.floor(age / 1000)} s ago`;
  if (age < hourMs) return `${Math.floor(age / minuteMs)} min ago`;
  if (age < dayMs) return `${Math.floor(age / hourMs)} h ago`;
  if (age < 30 * dayMs) return `${Math.floor(age / dayMs)} d ago`;
  return formatDate(timeMs, nowMs);
}

/** `12 Mar`, with the year if it is not the current one. */
export function formatDate(timeMs: number, nowMs: number): string {
  const year = new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear() ? undefined : 'numeric';
  return dateFormat({ day: 'numeric', month: 'short', year }).format(timeMs);
}

/** The moment in the reader's time zone, to the second: `23 Nov 2026, 16:05:07 CET`. */
export function formatMoment(timeMs: number): string {
  return dateFormat({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(timeMs);
}

/** The time of day in the reader's time zone, to the second: `16:05:07`. */
export function formatTimeOfDay(timeMs: number): string {
  return dateFormat({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(timeMs);
}

/** The day in the reader's time zone: `Mon, 23 Nov 2026`. */
export function formatDay(timeMs: number): string {
  return dateFormat({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(timeMs);
}

/** A pause in the largest unit that fits: `3 min`, `2 h`, `5 days`. */
export function formatGap(gapMs: number): string {
  const minutes = Math.round(gapMs / minuteMs);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(gapMs / hourMs);
  if (hours < 48) return `${hours} h`;
  return `${Math.round(gapMs / dayMs)} days`;
}

/** `12:05`, `23 Nov`, `Nov 2026`: a time on an axis whose steps are `stepMs` wide. */
export function formatTick(timeMs: number, stepMs: number): string {
  if (stepMs < dayMs) {
    const date = new Date(timeMs);
    // In time zones with half hours, the first hourly bar of a day begins at 00:30.
    return date.getHours() === 0
      ? dateFormat({ day: 'numeric', month: 'short' }).format(timeMs)
      : dateFormat({ hour: '2-digit', minute: '2-digit' }).format(timeMs);
  }
  if (stepMs < 28 * dayMs) return dateFormat({ day: 'numeric', month: 'short' }).format(timeMs);
  return dateFormat({ month: 'short', year: 'numeric' }).format(timeMs);
}

/**
 * A stretch of time: `23 Nov, 12:00 – 13:00`, `Mon 23 Nov`, `16 Nov – 22 Nov`, `Nov 2026`. Whole days are named by their
 * first and last one, and other stretches by the times at which they begin and end, however long they are. The year is there where it is another one than that of `nowMs`.
 */
export function formatSpan(fromMs: number, toMs: number, nowMs = Date.now()): string {
  const isWholeDays = isMidnight(fromMs) && isMidnight(toMs) && fromMs < toMs;
  const lastMs = isWholeDays ? toMs - 1 : toMs;
  const years = new Set([fromMs, lastMs, nowMs].map((timeMs) => new Date(timeMs).getFullYear()));
  const day = {
    day: 'numeric',
    month: 'short',
    year: years.size === 1 ? undefined : 'numeric',
  } as const;
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const isOneDay = new Date(fromMs).toDateString() === new Date(lastMs).toDateString();
  if (isWholeDays && isOneDay) return dateFormat({ weekday: 'short', ...day }).format(fromMs);
  if (isWholeDays && isMonth(fromMs, toMs)) {
    return dateFormat({ month: 'short', year: 'numeric' }).format(fromMs);
  }
  if (isWholeDays) {
    const format = dateFormat(day);
    return `${format.format(fromMs)} – ${format.format(lastMs)}`;
  }
  const start = dateFormat({ ...day, ...time }).format(fromMs);
  return `${start} – ${dateFormat(isOneDay ? time : { ...day, ...time }).format(toMs)}`;
}

function isMidnight(timeMs: number): boolean {
  return new Date(timeMs).setHours(0, 0, 0, 0) === timeMs;
}

/** Whether two midnights are where a month begins and ends. */
function isMonth(fromMs: number, toMs: number): boolean {
  const [from, to] = [new Date(fromMs), new Date(toMs)];
  return from.getDate() === 1 && new Date(from.getFullYear(), from.getMonth() + 1).getTime() === to.getTime();
}

/** `November 2026` for `2026-11`, as browsers show a field for a month. */
export function formatMonth(month: string): string {
  return dateFormat({ month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${month}-01`));
}

/** `340 ms`, `1.24 s`, `2 min 5 s`: how long something took. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1) return durationMs === 0 ? '0 ms' : `${durationMs.toFixed(2)} ms`;
  const ms = Math.round(durationMs);
  if (ms < 1000) return `${ms} ms`;
  if (ms < minuteMs - 50) return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

type DateParts = { [Key in keyof Intl.DateTimeFormatOptions]?: Intl.DateTimeFormatOptions[Key] | undefined };

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Caches formats, because creating one takes a hundred times longer than using it, and a page shows thousands of times.
 */
function dateFormat(parts: DateParts): Intl.DateTimeFormat {
  const key = JSON.stringify(parts);
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', parts);
  formats.set(key, format);
  return format;
}
