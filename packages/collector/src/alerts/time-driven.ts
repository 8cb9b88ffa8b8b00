import { toUnits } from '@userspan/ledger';

import type { Storage } from '../storage/storage.ts';
import type { Latency } from '../storage/read/alerting/latency.ts';
import type { WindowSums } from '../storage/read/alerting/window-sums.ts';
import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';
import { isSum } from './measure.ts';
import { isOfUsers } from './rule.ts';
import type { ActiveRule, AlertRule } from './rule.ts';
import { spanAt } from './window.ts';

const MINUTE_MS = 60_000;
const ONE = toUnits('1');

/**
 * Users with calls in the future, because the clock of their application is fast. Windows reach these calls as time
 * passes, although no new call arrives.
 */
export class CallsAhead {
  readonly #store: Pick<Storage, 'alerting'>;
  /** The last minute with calls of each user, by project. The empty user id stands for the whole project. */
  readonly #ahead = new Map<string, Map<string, number>>();

  constructor(store: Pick<Storage, 'alerting'>) {
    this.#store = store;
  }

  reset(): void {
    this.#ahead.clear();
  }

  /** Records which of the changed users, or of all users, have calls in the future. */
  async update(project: string, changed: ReadonlySet<string> | 'all', nowMs: number): Promise<void> {
    const known = this.#ahead.get(project);
    if (known !== undefined && changed !== 'all' && changed.size === 0) return;
    const users = known === undefined || changed === 'all' ? undefined : [...changed];
    const found = await this.#store.alerting.readCallsAhead({
      project,
      afterMs: nowMs,
      ...(users === undefined ? {} : { userIds: users }),
    });
    this.#ahead.set(project, new Map([...(known ?? []), ...found]));
  }

  /** Users whose future calls may have entered a window since the previous minute. */
  reached(project: string, nowMs: number): readonly string[] {
    const known = this.#ahead.get(project);
    if (known === undefined) return [];
    const ids = [...known.keys()];
    for (const [id, lastMs] of known) if (lastMs <= nowMs) known.delete(id);
    return ids;
  }
}

/**
 * Whether the figure of a rule may rise without a new call. A share or percentile of a rolling window may rise when
 * calls leave the window.
 */
export function isRising({ rule, parsedWindow }: ActiveRule): boolean {
  return parsedWindow.kind === 'rolling' && !isSum(rule.measure);
}

/** Subjects of rising rules that may meet a threshold when calls leave the window, and until when this can happen. */
export class RisingSubjects {
  readonly #until = new Map<string, Map<string, number>>();

  reset(): void {
    this.#until.clear();
  }

  /** Records whether a subject of a rule may meet a threshold later without a new call. */
  update(
    key: string,
    subject: string,
    active: ActiveRule,
    seen: { readonly sums: WindowSums; readonly latency: Latency | undefined; readonly nowMs: number },
  ): void {
    if (!isRising(active)) return;
    const { parsedWindow } = active;
    let subjects = this.#until.get(key);
    if (parsedWindow.kind === 'rolling' && mayMeet(active, seen.sums, seen.latency)) {
      subjects ??= new Map();
      this.#until.set(key, subjects);
      subjects.set(subject, seen.nowMs + parsedWindow.minutes * MINUTE_MS);
    } else subjects?.delete(subject);
  }

  /** Subjects of a rule that must be evaluated now. */
  due(key: string, nowMs: number): readonly string[] {
    const subjects = this.#until.get(key);
    if (subjects === undefined) return [];
    for (const [subject, untilMs] of subjects) if (untilMs < nowMs) subjects.delete(subject);
    return [...subjects.keys()];
  }
}

/** Whether a part of the calls of a window could meet the lowest threshold by itself. */
function mayMeet({ rule }: ActiveRule, sums: WindowSums, latency: Latency | undefined): boolean {
  const mildest = toUnits(rule.thresholds[0]?.value ?? '0');
  if (rule.measure === 'latencyP95') {
    return latency !== undefined && toUnits(latency.longestMs.toFixed(3)) >= mildest;
  }
  if (rule.measure !== 'errorRate') return sums.calls > 0n;
  const least = BigInt(rule.minimumCalls);
  const divisor = sums.errors > least ? sums.errors : least;
  return sums.errors > 0n && sums.errors * ONE >= mildest * divisor;
}

/** Whether a figure may meet a threshold as time passes, without a new call. */
export function isDrivenByTime(active: ActiveRule): boolean {
  const { rule } = active;
  return rule.direction === 'below' || needsBefore(rule) || (!isOfUsers(rule.of) && isRising(active));
}

/** Whether a rule also reads the window before. */
export function needsBefore(rule: AlertRule): boolean {
  return rule.comparedToBefore || rule.noData === 'alert';
}

/**
 * The minutes that left the window of a rule between two evaluations. Apart from new calls, only figures of users or
 * groups with calls in these minutes change. `undefined` if a calendar period ended, which changes all figures.
 */
export function minutesLeavingWindow(
  { rule, parsedWindow }: ActiveRule,
  fromMs: number,
  toMs: number,
): readonly TimeSpan[] | undefined {
  const then = spanAt(parsedWindow, fromMs);
  const now = spanAt(parsedWindow, toMs);
  if (parsedWindow.kind === 'calendar') return then.fromMs === now.fromMs ? [] : undefined;
  // The window before begins one window length earlier.
  const lengthMs = needsBefore(rule) ? parsedWindow.minutes * MINUTE_MS : 0;
  return [
    { fromMs: then.fromMs, toMs: now.fromMs },
    ...(lengthMs === 0 ? [] : [{ fromMs: then.fromMs - lengthMs, toMs: now.fromMs - lengthMs }]),
  ];
}
