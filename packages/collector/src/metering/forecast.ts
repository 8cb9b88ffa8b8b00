import { fromUnits, toUnits } from '@userspan/ledger';

/** The forecast for a month or quarter, and how it was computed. Exact decimals of US dollars. */
export interface Forecast {
  readonly spent: string;
  readonly projected: string;
  /** Unpriced calls of the period and of the averaged days. If there are any, both amounts are lower bounds. */
  readonly unpricedCalls: number;
  /** Number of completed days, without today. */
  readonly days: number;
  readonly method: string;
}

/** A day of a forecast's input. */
export interface ForecastDay {
  readonly day: string;
  readonly calls: number;
  readonly cost: string;
  readonly unpricedCalls: number;
}

/** Number of days before today that a forecast needs, to tell new usage from a pause. */
export const FORECAST_DAYS = 28;
const AVERAGED_DAYS = 7;

/** The input of a forecast: days and period. */
export interface ForecastInput {
  /** One for each day, `2026-11-29`, the last of them today; at least {@link FORECAST_DAYS} before it. */
  readonly days: readonly ForecastDay[];
  /** Whether a day is in the period. */
  readonly isWithin: (day: string) => boolean;
  readonly nowMs: number;
  /** When the period ends. */
  readonly endMs: number;
  readonly period: 'month' | 'quarter';
}

/**
 * Adds to the spend so far, for each remaining day, the average of the last seven completed days. Days before the first
 * call do not count, because they would lower the average of a project or user that began in these days. The rest of
 * today counts proportionally. Unpriced calls are not included, and the method says so.
 */
export function forecastOf({ days, isWithin, nowMs, endMs, period }: ForecastInput): Forecast {
  const first = days.findIndex(({ calls }) => calls > 0);
  const whole = days.slice(Math.max(first, 0), -1).slice(-AVERAGED_DAYS);
  const spent = days.filter(({ day }) => isWithin(day)).reduce((sum, { cost }) => sum + toUnits(cost), 0n);
  const sum = whole.reduce((all, { cost }) => all + toUnits(cost), 0n);
  const leftMs = BigInt(Math.max(endMs - nowMs, 0));
  const unpricedCalls = days.reduce(
    (all, day) => (isWithin(day.day) || whole.includes(day) ? all + day.unpricedCalls : all),
    0,
  );
  const projected =
    whole.length === 0 ? spent : spent + (sum * leftMs) / (BigInt(whole.length) * 86_400_000n);
  return {
    spent: fromUnits(spent),
    projected: fromUnits(projected),
    unpricedCalls,
    days: whole.length,
    method: methodOf(whole.length, unpricedCalls, period),
  };
}

function methodOf(days: number, unpricedCalls: number, period: ForecastInput['period']): string {
  const of =
    days === 0
      ? 'No full day has passed yet: only the spend so far.'
      : `Spent so far, and the average of the last ${days === 1 ? 'whole day' : `${days} whole days`} for the rest of the ${period}.`;
  if (unpricedCalls === 0) return of;
  const left =
    unpricedCalls === 1 ? '1 call without a price is' : `${unpricedCalls} calls without a price are`;
  return `${of} ${left} left out, so it comes to at least this.`;
}

/** The part of a change that one factor causes, when factors are changed in this order. */
export interface ChangePart {
  readonly model: string | null;
  readonly factor: 'calls' | 'tokens per call' | 'price per token';
  readonly difference: string;
}

interface ModelFigures {
  readonly model: string | null;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: string;
}

/**
 * Divides a change of cost by model and factor: cost is calls × tokens per call × price per token, and the factors are
 * changed one after the other. The parts add up exactly to the difference.
 */
export function explainChange(
  before: readonly ModelFigures[],
  after: readonly ModelFigures[],
): readonly ChangePart[] {
  const nothing = { calls: 0, tokens: 0, cost: '0' };
  const parts: { model: string | null; factor: ChangePart['factor']; units: bigint }[] = [];
  for (const model of new Set([...before, ...after].map((each) => each.model))) {
    const a = before.find((each) => each.model === model) ?? nothing;
    const b = after.find((each) => each.model === model) ?? nothing;
    const costA = toUnits(a.cost);
    const costB = toUnits(b.cost);
    // Without earlier calls or tokens there is no price to compare with, so the whole change is attributed to calls.
    const isNew = a.calls === 0 || a.tokens === 0 || b.calls === 0 || b.tokens === 0;
    const byCalls = isNew ? costB : (costA * BigInt(b.calls)) / BigInt(a.calls);
    const byTokens = isNew ? costB : (costA * BigInt(b.tokens)) / BigInt(a.tokens);
    parts.push(
      { model, factor: 'calls', units: byCalls - costA },
      { model, factor: 'tokens per call', units: byTokens - byCalls },
      { model, factor: 'price per token', units: costB - byTokens },
    );
  }
  const size = (units: bigint): bigint => (units < 0n ? -units : units);
  return parts
    .filter(({ units }) => units !== 0n)
    .sort((x, y) => (size(x.units) < size(y.units) ? 1 : -1))
    .map(({ model, factor, units }) => ({ model, factor, difference: fromUnits(units) }));
}
