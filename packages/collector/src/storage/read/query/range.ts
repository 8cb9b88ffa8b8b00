/** Unit of ranges. The offset of every time zone since 1972 is a multiple of a quarter of an hour. */
export const QUARTER_MS: number = 900_000;
const DAY_MS = 96 * QUARTER_MS;
/** Start of the last quarter of an hour that the store's times can represent. */
export const MAX_MS: number = 4_294_966_500_000;

/** Tolerance for clocks that are ahead. */
const MAX_AHEAD_MS = 5 * 60_000;
/** The start of 2015, before which there were no LLM calls. */
const FIRST_LLM_MS = Date.UTC(2015, 0, 1);

/** How a sender's clock is wrong: the call is dated after it was received, or before 2015. */
export type Misdated = 'future' | 'past';

/** Whether the time of a call comes from a wrong clock; `null` if not. Milliseconds since the Unix epoch. */
export function misdatedOf(startMs: number, receivedMs: number): Misdated | null {
  if (startMs > receivedMs + MAX_AHEAD_MS) return 'future';
  return startMs < FIRST_LLM_MS ? 'past' : null;
}

/** End of ranges that end now: the end of the current quarter of an hour. Milliseconds since the Unix epoch. */
export function endOfNow(nowMs: number): number {
  return Math.ceil(nowMs / QUARTER_MS) * QUARTER_MS;
}

/** The range of all calls with a plausible time: from 2015 to the end of the current quarter of an hour. */
export function datedRange(nowMs: number): Required<Range> {
  return { fromMs: FIRST_LLM_MS, toMs: endOfNow(nowMs) };
}

/**
 * A range of whole quarters of an hour, `from` inclusive and `to` exclusive; unbounded if absent. Milliseconds since
 * the Unix epoch.
 */
export interface Range {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/**
 * A range of exact times: `fromNs` inclusive and `toNs` exclusive; unbounded if absent. Nanoseconds since the Unix
 * epoch.
 */
export interface ExactRange {
  readonly fromNs?: bigint;
  readonly toNs?: bigint;
}

/** The same range in nanoseconds. */
export function exactRange({ fromMs, toMs }: Range): ExactRange {
  return {
    ...(fromMs === undefined ? {} : { fromNs: BigInt(fromMs) * 1_000_000n }),
    ...(toMs === undefined ? {} : { toNs: BigInt(toMs) * 1_000_000n }),
  };
}

/** The range in the format of answers. */
export function showRange({ fromMs, toMs }: Range): { from: string | null; to: string | null } {
  return {
    from: fromMs === undefined ? null : new Date(fromMs).toISOString(),
    to: toMs === undefined ? null : new Date(toMs).toISOString(),
  };
}

/** An exact range in the format of answers, in milliseconds. */
export function showExactRange({ fromNs, toNs }: ExactRange): { from: string | null; to: string | null } {
  const show = (ns: bigint | undefined): string | null =>
    ns === undefined ? null : new Date(Number(ns / 1_000_000n)).toISOString();
  return { from: show(fromNs), to: show(toNs) };
}

/** The preceding range of the same length; `undefined` if the range has no start. */
export function rangeBefore({ fromMs, toMs }: Range, nowMs: number): Range | undefined {
  if (fromMs === undefined) return undefined;
  const length = Math.max((toMs ?? endOfNow(nowMs)) - fromMs, QUARTER_MS);
  return { fromMs: Math.max(fromMs - length, 0), toMs: fromMs };
}

const HOUR_MS = 4 * QUARTER_MS;

/** The least time from now to the end of a range of the dashboard: `leastAheadMs` of its `url/range.ts`. */
const LEAST_AHEAD_MS = 60_000;

/** The range of the landing page of the dashboard: the last thirty days, from a whole hour. */
export function landingRange(nowMs: number): Required<Range> {
  const fromMs = Math.floor((nowMs - 30 * DAY_MS) / HOUR_MS) * HOUR_MS;
  return { fromMs, toMs: (Math.floor((nowMs + LEAST_AHEAD_MS) / QUARTER_MS) + 1) * QUARTER_MS };
}

/** A part of a range, in the time unit of the table that covers it. */
export interface RangePart {
  readonly unit: 'day' | 'minute';
  /** Start (inclusive), in days or seconds since the epoch. */
  readonly from?: number;
  /** End (exclusive). */
  readonly to?: number;
}

/** Divides a range into whole days and the minutes at both ends, so that the daily table covers most of it. */
export function partsOf({ fromMs, toMs }: Range): readonly RangePart[] {
  const firstDay = fromMs === undefined ? undefined : Math.ceil(fromMs / DAY_MS);
  const lastDay = toMs === undefined ? undefined : Math.floor(toMs / DAY_MS);
  // On the last day of the store's times, the next day would be a time that it cannot represent.
  const isLastDay = firstDay !== undefined && firstDay * DAY_MS > MAX_MS;
  if (isLastDay || (firstDay !== undefined && lastDay !== undefined && firstDay >= lastDay)) {
    return [minutes(fromMs, toMs)];
  }
  const parts: RangePart[] = [
    {
      unit: 'day',
      ...(firstDay === undefined ? {} : { from: firstDay }),
      ...(lastDay === undefined ? {} : { to: lastDay }),
    },
  ];
  if (firstDay !== undefined && fromMs !== undefined && firstDay * DAY_MS > fromMs) {
    parts.push(minutes(fromMs, firstDay * DAY_MS));
  }
  if (lastDay !== undefined && toMs !== undefined && lastDay * DAY_MS < toMs) {
    parts.push(minutes(lastDay * DAY_MS, toMs));
  }
  return parts;
}

function minutes(fromMs: number | undefined, toMs: number | undefined): RangePart {
  return {
    unit: 'minute',
    ...(fromMs === undefined ? {} : { from: fromMs / 1000 }),
    ...(toMs === undefined ? {} : { to: toMs / 1000 }),
  };
}
