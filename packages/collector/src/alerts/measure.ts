import { fromUnits, toUnits } from '@userspan/ledger';

import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';
import type { WindowSums } from '../storage/read/alerting/window-sums.ts';

/**
 * The figures that a rule can watch. `unpriced` is a number of calls, `coverage` the share of calls whose user is
 * known.
 */
export const ALERT_MEASURES = [
  'cost',
  'calls',
  'tokens',
  'errors',
  'errorRate',
  'latencyP95',
  'unpriced',
  'coverage',
] as const;
export type AlertMeasure = (typeof ALERT_MEASURES)[number];

/** An exact figure: `units / divisor`, where `units` are those of `toUnits`. */
export interface Figure {
  readonly units: bigint;
  readonly divisor: bigint;
}

const ONE = toUnits('1');

/** The figure of a measure; `undefined` where there is none, such as an error rate without calls. */
export function figureOf(measure: AlertMeasure, sums: WindowSums, p95Ms?: number): Figure | undefined {
  switch (measure) {
    case 'cost':
      return { units: sums.cost, divisor: 1n };
    case 'calls':
      return { units: sums.calls * ONE, divisor: 1n };
    case 'tokens':
      return { units: sums.tokens * ONE, divisor: 1n };
    case 'errors':
      return { units: sums.errors * ONE, divisor: 1n };
    case 'unpriced':
      return { units: (sums.calls - sums.priced) * ONE, divisor: 1n };
    case 'errorRate':
      return sums.calls > 0n ? { units: sums.errors * ONE, divisor: sums.calls } : undefined;
    case 'coverage':
      return sums.calls > 0n ? { units: sums.attributed * ONE, divisor: sums.calls } : undefined;
    case 'latencyP95':
      return p95Ms === undefined ? undefined : { units: toUnits(p95Ms.toFixed(3)), divisor: 1n };
    default:
      return undefined;
  }
}

/** Whether a measure adds up over time. */
export function isSum(measure: AlertMeasure): boolean {
  return measure !== 'errorRate' && measure !== 'latencyP95' && measure !== 'coverage';
}

/**
 * A projection assumes that at least a tenth of the period has passed, so that the first calls do not project a huge
 * figure.
 */
const LEAST_SHARE = 10;

/**
 * The value that a sum will have at the end of a span at its average rate so far. Without new calls it falls as time
 * passes. Exact except for the last of its 18 digits.
 */
export function projectFigure({ units, divisor }: Figure, { fromMs, toMs }: TimeSpan, nowMs: number): Figure {
  const length = toMs - fromMs;
  const elapsed = Math.min(Math.max(nowMs - fromMs, Math.ceil(length / LEAST_SHARE)), length);
  const left = Math.min(Math.max(toMs - nowMs, 0), length);
  return { units: units + (units * BigInt(left)) / BigInt(elapsed), divisor };
}

/** The ratio of a figure to `before`; `undefined` if `before` is zero or absent. */
export function ratioOf(figure: Figure, before: Figure | undefined): Figure | undefined {
  if (before === undefined || before.units <= 0n) return undefined;
  return { units: figure.units * before.divisor * ONE, divisor: figure.divisor * before.units };
}

/** Compares a figure with an exact decimal: negative, zero or positive if it is below, equal or above. */
export function compareFigure({ units, divisor }: Figure, decimal: string): number {
  const other = toUnits(decimal) * divisor;
  return units < other ? -1 : units > other ? 1 : 0;
}

/** The figure as a decimal; exact if the divisor is 1. */
export function showFigure({ units, divisor }: Figure): string {
  return fromUnits(units / divisor);
}

export function addWindowSums(a: WindowSums, b: WindowSums): WindowSums {
  return {
    calls: a.calls + b.calls,
    priced: a.priced + b.priced,
    errors: a.errors + b.errors,
    tokens: a.tokens + b.tokens,
    attributed: a.attributed + b.attributed,
    cost: a.cost + b.cost,
  };
}
