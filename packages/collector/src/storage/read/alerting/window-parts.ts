/** A span of time, in whole minutes: milliseconds since the Unix epoch, the end outside. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A part of a span, in seconds since the epoch, that the roll-up of its unit covers. */
export interface SpanPart {
  readonly unit: 'day' | 'quarter' | 'minute';
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60;
const QUARTER = 900;
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

/** Cuts a span into what each roll-up can answer exactly: whole days, whole quarters of an hour, and the minutes at its ends. */
export function spanParts({ fromMs, toMs }: TimeSpan, largest: 'day' | 'quarter'): readonly SpanPart[] {
  const from = down(fromMs / 1000, MINUTE);
  const to = up(toMs / 1000, MINUTE);
  const firstQuarter = up(from, QUARTER);
  const lastQuarter = down(to, QUARTER);
  if (firstQuarter >= lastQuarter) return within('minute', from, to);
  const minutes = [...within('minute', from, firstQuarter), ...within('minute', lastQuarter, to)];
  const firstDay = up(firstQuarter, DAY);
  const lastDay = down(lastQuarter, DAY);
  if (largest === 'quarter' || firstDay >= lastDay)
    return [...minutes, ...within('quarter', firstQuarter, lastQuarter)];
  return [
    ...minutes,
    ...within('quarter', firstQuarter, firstDay),
    ...within('quarter', lastDay, lastQuarter),
    ...within('day', firstDay, lastDay),
  ];
}
