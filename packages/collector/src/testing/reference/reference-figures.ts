import { toUnits } from '@userspan/ledger';

import type { ReferenceCall, ReferenceRule } from './alert-reference.ts';

/** A fraction; undefined if there is no figure. */
export type Share = { readonly of: bigint; readonly by: bigint } | undefined;

const MINUTE = 60_000;
const UNIT = toUnits('1');
const UNITS_OF: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };

export function isRollingWindow(window: string): boolean {
  return window !== 'day' && window !== 'week' && window !== 'month';
}

export function minutesOf(window: string): number {
  return Number(window.slice(0, -1)) * (UNITS_OF[window.at(-1) ?? ''] ?? 0);
}

/** Returns the calls of the window and of the previous one, and the limits of the window. */
export function windowOf(
  { window, timeZone }: ReferenceRule,
  nowMs: number,
  calls: readonly ReferenceCall[],
): {
  readonly now: ReferenceCall[];
  readonly before: ReferenceCall[];
  readonly startMs: number;
  readonly endMs: number;
} {
  if (isRollingWindow(window)) {
    const length = minutesOf(window) * MINUTE;
    const endMs = Math.floor(nowMs / MINUTE) * MINUTE + MINUTE;
    const between = (from: number, to: number): ReferenceCall[] =>
      calls.filter(({ atMs }) => atMs >= from && atMs < to);
    return {
      now: between(endMs - length, endMs),
      before: between(endMs - 2 * length, endMs - length),
      startMs: endMs - length,
      endMs,
    };
  }
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const key = (ms: number): string => {
    const date = format.format(ms);
    if (window === 'month') return date.slice(0, 7);
    if (window === 'day') return date;
    const monday = new Date(`${date}T00:00:00Z`);
    monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
    return monday.toISOString().slice(0, 10);
  };
  const step = 15 * MINUTE;
  const current = key(nowMs);
  let earlier = Math.floor(nowMs / step) * step;
  while (key(earlier) === current) earlier -= step;
  let endMs = Math.floor(nowMs / step) * step;
  while (key(endMs) === current) endMs += step;
  const previous = key(earlier);
  return {
    now: calls.filter(({ atMs }) => key(atMs) === current),
    before: calls.filter(({ atMs }) => key(atMs) === previous),
    startMs: earlier + step,
    endMs,
  };
}

export function figureOf(measure: string, calls: readonly ReferenceCall[]): Share {
  const count = (isCounted: (each: ReferenceCall) => boolean): bigint =>
    BigInt(calls.filter(isCounted).length) * UNIT;
  const all = BigInt(calls.length);
  if (measure === 'cost') return { of: calls.reduce((sum, each) => sum + each.cost, 0n), by: 1n };
  if (measure === 'calls') return { of: all * UNIT, by: 1n };
  if (measure === 'tokens') {
    return { of: calls.reduce((sum, each) => sum + BigInt(each.tokens), 0n) * UNIT, by: 1n };
  }
  if (measure === 'errors') return { of: count((each) => each.isError), by: 1n };
  if (measure === 'unpriced') return { of: count((each) => !each.isPriced), by: 1n };
  if (all === 0n) return undefined;
  if (measure === 'errorRate') return { of: count((each) => each.isError), by: all };
  if (measure === 'coverage') return { of: count((each) => each.user !== ''), by: all };
  const sorted = calls.map((each) => each.durationMs).sort((a, b) => a - b);
  return { of: BigInt(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0) * UNIT, by: 1n };
}

/** The value that is compared with thresholds. */
export function seenOf(rule: ReferenceRule, figure: Share, callsBefore: readonly ReferenceCall[]): Share {
  if (!rule.comparedToBefore) return figure;
  const before = figureOf(rule.measure, callsBefore);
  if (figure === undefined || before === undefined || before.of <= 0n) return undefined;
  return { of: figure.of * before.by * UNIT, by: figure.by * before.of };
}

export function levelOf(rule: ReferenceRule, figure: Share, calls: number): number {
  if (figure === undefined || calls < rule.minimumCalls) return -1;
  return rule.thresholds.findLastIndex((value) =>
    rule.direction === 'above'
      ? figure.of > 0n && figure.of >= toUnits(value) * figure.by
      : figure.of < toUnits(value) * figure.by,
  );
}
