import { compareFigure, ratioOf, showFigure } from './measure.ts';
import type { Figure } from './measure.ts';
import type { AlertRule } from './rule.ts';
import type { AlertWindow } from './window.ts';
import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';

/** State of one rule for one subject, kept in the store. A subject that never fired has none. */
export interface AlertState {
  /** Index of the highest threshold that the figure meets now; -1 for none. */
  readonly level: number;
  /** Highest threshold that fired in the current period; -1 for none. */
  readonly reached: number;
  /**
   * When the period ends. For a calendar window, the end of the window; for a rolling one, its length after the alert
   * fired.
   */
  readonly periodEndsMs: number;
  readonly isActive: boolean;
  /** The latest day, week or month that ended, and the index of the highest threshold that fired in it; -1 for none. */
  readonly ended?: { readonly toMs: number; readonly reached: number };
  /** It fired during a silence or a mute, so no message was sent. */
  readonly isUnsent: boolean;
  readonly isWithoutData: boolean;
  readonly sinceMs: number;
  readonly toldMs: number;
  /** Number of events so far. It is part of the next event's id. */
  readonly events: number;
  readonly value: string;
}

export const ALERT_EVENTS = ['fired', 'repeated', 'resolved'] as const;
export type AlertEventKind = (typeof ALERT_EVENTS)[number];

/** An event to be sent. */
export interface Transition {
  readonly kind: AlertEventKind;
  /** Index of the threshold. */
  readonly level: number;
  /** Indexes of the thresholds that were met for the first time in this period. */
  readonly crossed: readonly number[];
  readonly isWithoutData: boolean;
}

/** The result of an evaluation: the new state, and the event to send if there is one. */
interface Step {
  readonly state: AlertState;
  readonly transition?: Transition;
}

/** The figures of one subject at the time of an evaluation. */
export interface Observation {
  readonly calls: bigint;
  /** `undefined` if the figure does not exist, such as an error rate without calls. */
  readonly figure: Figure | undefined;
  /** The figure in the window before, where the rule compares. */
  readonly before?: Figure | undefined;
}

export interface Moment {
  readonly nowMs: number;
  readonly span: TimeSpan;
  readonly isSilenced: boolean;
}

const NEVER: AlertState = {
  level: -1,
  reached: -1,
  periodEndsMs: 0,
  isActive: false,
  isUnsent: false,
  isWithoutData: false,
  sinceMs: 0,
  toldMs: 0,
  events: 0,
  value: '0',
};

/** The highest threshold that an observation meets; -1 for none. */
export function levelOf(rule: AlertRule, { calls, figure, before }: Observation): number {
  if (figure === undefined || calls < BigInt(rule.minimumCalls)) return -1;
  const seen = rule.comparedToBefore ? ratioOf(figure, before) : figure;
  if (seen === undefined) return -1;
  // A figure of zero does not meet a threshold of 0.
  if (rule.direction === 'above' && seen.units <= 0n) return -1;
  return rule.thresholds.findLastIndex(({ value }) => {
    const order = compareFigure(seen, value);
    return rule.direction === 'above' ? order >= 0 : order < 0;
  });
}

/**
 * Computes the next state of one subject.
 *
 * A threshold fires once in a period, however often the figure crosses it. An alert that is active stays so until the
 * figure is below every threshold. During a silence the state is kept up to date, and only resolutions of earlier messages are
 * sent; an alert that is still active at its end fires then.
 */
export function advance(
  rule: AlertRule,
  window: AlertWindow,
  known: AlertState | undefined,
  observation: Observation,
  moment: Moment,
): Step {
  const { nowMs } = moment;
  const before = known ?? NEVER;
  if (observation.calls === 0n && rule.noData === 'keep' && window.kind === 'rolling')
    return { state: before };
  const isWithoutData = observation.calls === 0n && rule.noData === 'alert';
  const level = isWithoutData ? 0 : levelOf(rule, observation);
  const isNewPeriod = beginsPeriod(before, window, nowMs);
  // A clock that was set back may begin a period again.
  const reached = isNewPeriod ? -1 : Math.max(before.reached, reachedIn(before, moment.span));
  const ended = isNewPeriod && window.kind === 'calendar' ? { ended: endedOf(before) } : {};
  const value = observation.figure === undefined ? before.value : showFigure(observation.figure);
  const state = { ...before, reached, level, value, isWithoutData, ...ended };
  if (level === -1) return resolve(state, before.level, nowMs);
  if (level > reached) return reach(rule, window, state, moment, before.isActive && !isNewPeriod);
  return before.isActive ? stay(rule, state, moment) : { state: { ...state, level: -1 } };
}

/** Whether the period in which thresholds fired is over, so that they may fire again. */
function beginsPeriod(before: AlertState, window: AlertWindow, nowMs: number): boolean {
  // Where nothing fired yet, there is no period.
  if (before.periodEndsMs === 0 || nowMs < before.periodEndsMs) return false;
  return window.kind === 'calendar' || !before.isActive;
}

/** The figure meets no threshold. */
function resolve(state: AlertState, levelBefore: number, nowMs: number): Step {
  if (!state.isActive) return { state };
  const resolved = { ...state, isActive: false, isUnsent: false, sinceMs: nowMs };
  return state.isUnsent ? { state: resolved } : sent(resolved, 'resolved', levelBefore, [], nowMs);
}

/** The figure meets thresholds that did not fire in this period. */
function reach(
  rule: AlertRule,
  window: AlertWindow,
  state: AlertState,
  { nowMs, span, isSilenced }: Moment,
  isContinued: boolean,
): Step {
  const { level, reached } = state;
  const fired = {
    ...state,
    reached: level,
    periodEndsMs: window.kind === 'calendar' ? span.toMs : nowMs + window.minutes * 60_000,
    isActive: true,
    isUnsent: isSilenced,
    sinceMs: isContinued ? state.sinceMs : nowMs,
  };
  return isSilenced
    ? { state: fired }
    : sent(fired, 'fired', level, crossedBetween(rule, reached, level), nowMs);
}

/** The figure meets thresholds that all fired in this period. */
function stay(rule: AlertRule, state: AlertState, { nowMs, isSilenced }: Moment): Step {
  const { level } = state;
  if (isSilenced) return { state };
  if (state.isUnsent) return sent({ ...state, isUnsent: false }, 'fired', level, [level], nowMs);
  const { renotifySeconds } = rule;
  const isDue = renotifySeconds !== undefined && nowMs - state.toldMs >= renotifySeconds * 1000;
  return isDue ? sent(state, 'repeated', level, [], nowMs) : { state };
}

/** Indexes of the thresholds above `reached`, up to `level`. */
function crossedBetween({ thresholds }: AlertRule, reached: number, level: number): number[] {
  return thresholds.map((_, at) => at).slice(reached + 1, level + 1);
}

/**
 * Evaluates a day, week or month again after it ended, because calls that arrived after its last evaluation may meet
 * further thresholds. An alert that fires here stays active until the current window is evaluated, directly afterwards.
 */
export function advanceEnded(
  rule: AlertRule,
  known: AlertState | undefined,
  observation: Observation,
  { nowMs, span, isSilenced }: Moment,
): Step {
  const before = known ?? NEVER;
  const level = observation.calls === 0n ? -1 : levelOf(rule, observation);
  const reached = reachedIn(before, span);
  if (level <= reached || observation.figure === undefined) return { state: before };
  const isInLaterPeriod = before.periodEndsMs > nowMs;
  const state = {
    ...before,
    ended: { toMs: span.toMs, reached: level },
    ...(isInLaterPeriod ? {} : { periodEndsMs: span.toMs, reached: level }),
  };
  if (isSilenced) return { state };
  const crossed = crossedBetween(rule, reached, level);
  const active = {
    ...state,
    level,
    value: showFigure(observation.figure),
    isActive: true,
    isUnsent: isInLaterPeriod && before.isUnsent,
    isWithoutData: false,
    sinceMs: before.isActive ? before.sinceMs : nowMs,
  };
  return sent(active, 'fired', level, crossed, nowMs);
}

/** The highest threshold that fired in a day, week or month; -1 for none. */
function reachedIn({ ended, periodEndsMs, reached }: AlertState, { toMs }: Pick<TimeSpan, 'toMs'>): number {
  return Math.max(ended?.toMs === toMs ? ended.reached : -1, periodEndsMs === toMs ? reached : -1);
}

/** The latest ended period of a state whose period is over, and the highest threshold that fired in it. */
function endedOf(state: AlertState): NonNullable<AlertState['ended']> {
  const toMs = Math.max(state.periodEndsMs, state.ended?.toMs ?? 0);
  return { toMs, reached: reachedIn(state, { toMs }) };
}

function sent(
  state: AlertState,
  kind: AlertEventKind,
  level: number,
  crossed: readonly number[],
  nowMs: number,
): { readonly state: AlertState; readonly transition: Transition } {
  return {
    state: { ...state, toldMs: nowMs, events: state.events + 1 },
    transition: { kind, level, crossed, isWithoutData: state.isWithoutData },
  };
}

/** Whether a state equals a new one, so that it need not be stored. */
export function isBlank(state: AlertState): boolean {
  return state.events === 0 && !state.isActive && state.reached === -1;
}
