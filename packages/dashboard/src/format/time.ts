const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`, then the date; a time to come is written as its date. */
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

/** `12 Mar`, with the year where it is another one. */
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

/** The day in the reader's time zone: `Mon 23 Nov 2026`. */
export function formatDay(timeMs: number): string {
  return dateFormat({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(timeMs);
}

/** A pause in the largest unit that fits: `3 min`, `2 h`, `5 days`. */
export function formatGap(gapMs: number): string {
  if (gapMs < hourMs) return `${Math.round(gapMs / minuteMs)} min`;
  if (gapMs < 2 * dayMs) return `${Math.round(gapMs / hourMs)} h`;
  return `${Math.round(gapMs / dayMs)} days`;
}

/** `12:05`, `23 Nov`, `Nov 2026`: a time on an axis whose steps are `stepMs` wide. */
export function formatTick(timeMs: number, stepMs: number): string {
  if (stepMs < dayMs) {
    const date = new Date(timeMs);
    // In zones of a half hour the first bar of a day by the hour begins at 00:30.
    return date.getHours() === 0
      ? dateFormat({ day: 'numeric', month: 'short' }).format(timeMs)
      : dateFormat({ hour: '2-digit', minute: '2-digit' }).format(timeMs);
  }
  if (stepMs < 28 * dayMs) return dateFormat({ day: 'numeric', month: 'short' }).format(timeMs);
  return dateFormat({ month: 'short', year: 'numeric' }).format(timeMs);
}

/** From `12:00` to `13:00` on a day, or from day to day. */
export function formatSpan(fromMs: number, toMs: number): string {
  const day = { day: 'numeric', month: 'short' } as const;
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  if (toMs - fromMs >= 2 * dayMs) {
    const format = dateFormat(day);
    return `${format.format(fromMs)} – ${format.format(toMs)}`;
  }
  const start = dateFormat({ ...day, ...time }).format(fromMs);
  const sameDay = new Date(fromMs).toDateString() === new Date(toMs).toDateString();
  return `${start} – ${dateFormat(sameDay ? time : { ...day, ...time }).format(toMs)}`;
}

/** `340 ms`, `1.24 s`, `2 min 5 s`: how long something took. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1) return `${durationMs.toFixed(2)} ms`;
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < minuteMs) return `${(durationMs / 1000).toFixed(durationMs < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(durationMs / minuteMs);
  return `${minutes} min ${Math.round((durationMs - minutes * minuteMs) / 1000)} s`;
}

type DateParts = { [Key in keyof Intl.DateTimeFormatOptions]?: Intl.DateTimeFormatOptions[Key] | undefined };

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times what using one does, and a page has thousands of times. */
function dateFormat(parts: DateParts): Intl.DateTimeFormat {
  const key = JSON.stringify(parts);
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', parts);
  formats.set(key, format);
  return format;
}
