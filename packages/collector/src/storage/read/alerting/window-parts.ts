/** A span of time, in whole minutes: milliseconds since the Unix epoch, the end outside. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A part of a span, in seconds since the epoch, that the roll-up of its unit covers. */
export interface SpanPart {
  readonly unit: 'day' | 'hour' | 'minute';
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

function up(second: number, unit: number): number {
  return Math.ceil(second / unit) * unit;
}

function down(second: number, unit: number): number {
  return Math.floor(second / unit) * unit;
}

function within(unit: SpanPart['unit'], from: number, to: number): SpanPart[] {
  return from < to ? [{ unit, from, to }] : [];
}

/** Cuts a span into what each roll-up can answer exactly: whole days, whole hours, and the minutes at its ends. */
export function spanParts({ fromMs, toMs }: TimeSpan, largest: 'day' | 'hour'): readonly SpanPart[] {
  const from = down(fromMs / 1000, MINUTE);
  const to = up(toMs / 1000, MINUTE);
  const firstHour = up(from, HOUR);
  const lastHour = down(to, HOUR);
  if (firstHour >= lastHour) return within('minute', from, to);
  const minutes = [...within('minute', from, firstHour), ...within('minute', lastHour, to)];
  const firstDay = up(firstHour, DAY);
  const lastDay = down(lastHour, DAY);
  if (largest === 'hour' || firstDay >= lastDay) return [...minutes, ...within('hour', firstHour, lastHour)];
  return [
    ...minutes,
    ...within('hour', firstHour, firstDay),
    ...within('hour', lastDay, lastHour),
    ...within('day', firstDay, lastDay),
  ];
}
