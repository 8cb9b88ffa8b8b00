/** A span of whole minutes, in milliseconds since the Unix epoch. The end is exclusive. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A part of a span that the roll-up of its unit covers, in seconds since the epoch. */
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

/**
 * Divides a span into parts that roll-ups can answer exactly: whole days (for totals, whole quarters of an hour) and
 * the minutes at both ends.
 */
export function spanParts({ fromMs, toMs }: TimeSpan, largest: 'day' | 'quarter'): readonly SpanPart[] {
  const from = down(fromMs / 1000, MINUTE);
  const to = up(toMs / 1000, MINUTE);
  const seconds = largest === 'day' ? DAY : QUARTER;
  const first = up(from, seconds);
  const last = down(to, seconds);
  if (first >= last) return within('minute', from, to);
  return [...within('minute', from, first), ...within('minute', last, to), ...within(largest, first, last)];
}
