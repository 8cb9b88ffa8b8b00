/** Sums are kept by the quarter of an hour: the offset of every time zone since 1972 is a multiple of it. */
export const QUARTER_MS: number = 900_000;
const DAY_MS = 96 * QUARTER_MS;
/** Start of the last quarter of an hour that the store's times can hold. */
export const MAX_MS: number = 4_294_966_500_000;

/** Clocks differ by seconds, not by minutes. */
const MAX_AHEAD_MS = 5 * 60_000;
/** The start of 2015: there were no LLM calls before. */
const FIRST_LLM_MS = Date.UTC(2015, 0, 1);

/** Which way the clock of a sender is wrong: its call is dated after it was received, or before there were LLMs. */
export type Misdated = 'future' | 'past';

/** Whether a call of that time is of a wrong clock. Milliseconds since the Unix epoch. */
export function misdatedOf(startMs: number, receivedMs: number): Misdated | null {
  if (startMs > receivedMs + MAX_AHEAD_MS) return 'future';
  return startMs < FIRST_LLM_MS ? 'past' : null;
}

/** Where ranges end that end now: with the quarter of an hour that goes on. Milliseconds since the Unix epoch. */
export function endOfNow(nowMs: number): number {
  return Math.ceil(nowMs / QUARTER_MS) * QUARTER_MS;
}

/** The range of all calls but those that are dated before there were LLMs, or later than this quarter of an hour. */
export function datedRange(nowMs: number): Required<Range> {
  return { fromMs: FIRST_LLM_MS, toMs: endOfNow(nowMs) };
}

/** Whole quarters of an hour, `from` inside and `to` outside; open where it is absent. Milliseconds since the Unix epoch. */
export interface Range {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** A range of exact times: `fromNs` inside and `toNs` outside; open where absent. Nanoseconds since the Unix epoch. */
export interface ExactRange {
  readonly fromNs?: bigint;
  readonly toNs?: bigint;
}

/** The same range to the nanosecond. */
export function exactRange({ fromMs, toMs }: Range): ExactRange {
  return {
    ...(fromMs === undefined ? {} : { fromNs: BigInt(fromMs) * 1_000_000n }),
    ...(toMs === undefined ? {} : { toNs: BigInt(toMs) * 1_000_000n }),
  };
}

/** The range as answers show it. */
export function showRange({ fromMs, toMs }: Range): { from: string | null; to: string | null } {
  return {
    from: fromMs === undefined ? null : new Date(fromMs).toISOString(),
    to: toMs === undefined ? null : new Date(toMs).toISOString(),
  };
}

/** An exact range as answers show it, to the millisecond. */
export function showExactRange({ fromNs, toNs }: ExactRange): { from: string | null; to: string | null } {
  const show = (ns: bigint | undefined): string | null =>
    ns === undefined ? null : new Date(Number(ns / 1_000_000n)).toISOString();
  return { from: show(fromNs), to: show(toNs) };
}

/** The range of the same length before; `undefined` where the range has no beginning. */
export function rangeBefore({ fromMs, toMs }: Range, nowMs: number): Range | undefined {
  if (fromMs === undefined) return undefined;
  const length = Math.max((toMs ?? endOfNow(nowMs)) - fromMs, QUARTER_MS);
  return { fromMs: Math.max(fromMs - length, 0), toMs: fromMs };
}

/** A part of a range, in units of the table that has its figures. */
export interface RangePart {
  readonly unit: 'day' | 'minute';
  /** First unit inside, days or seconds since the epoch. */
  readonly from?: number;
  /** First unit outside. */
  readonly to?: number;
}

/** Cuts a range into whole days and the minutes at its ends, so that the daily table answers for most of it. */
export function partsOf({ fromMs, toMs }: Range): readonly RangePart[] {
  const firstDay = fromMs === undefined ? undefined : Math.ceil(fromMs / DAY_MS);
  const lastDay = toMs === undefined ? undefined : Math.floor(toMs / DAY_MS);
  if (firstDay !== undefined && lastDay !== undefined && firstDay >= lastDay) {
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
