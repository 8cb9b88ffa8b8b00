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
 * Users whose calls lie ahead of the clock, because the clock of their application is fast. A window reaches these calls
 * as time passes, when nothing new arrives.
 */
export class CallsAhead {
  readonly #store: Pick<Storage, 'alerting'>;
  /** The last minute with calls of each user, by project; the empty string stands for the project. */
  readonly #ahead = new Map<string, Map<string, number>>();

  constructor(store: Pick<Storage, 'alerting'>) {
    this.#store = store;
  }

  reset(): void {
    this.#ahead.clear();
  }

  /** Notes who has calls ahead, of users with new figures, or of all users. */
  async note(project: string, changed: ReadonlySet<string> | 'all', nowMs: number): Promise<void> {
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

  /** Users whose calls may have come into windows since the minute before. */
  reached(project: string, nowMs: number): readonly string[] {
    const known = this.#ahead.get(project);
    if (known === undefined) return [];
    const ids = [...known.keys()];
    for (const [id, lastMs] of known) if (lastMs <= nowMs) known.delete(id);
    return ids;
  }
}

/** Whether the figure of a rule may rise without a new call: a share or percentile of a rolling window, as calls leave it. */
export function isRising({ rule, parsedWindow }: ActiveRule): boolean {
  return parsedWindow.kind === 'rolling' && !isSum(rule.measure);
}

/** Subjects of such rules that may meet a threshold when other calls leave the window, and until when. */
export class RisingSubjects {
  readonly #until = new Map<string, Map<string, number>>();

  reset(): void {
    this.#until.clear();
  }

  note(
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

  /** Subjects of a rule that are to be evaluated again. */
  due(key: string, nowMs: number): readonly string[] {
    const subjects = this.#until.get(key);
    if (subjects === undefined) return [];
    for (const [subject, untilMs] of subjects) if (untilMs < nowMs) subjects.delete(subject);
    return [...subjects.keys()];
  }
}

/** Whether some of the calls of a window, without the others, meet the lowest threshold. */
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

/** Whether a figure can meet a threshold as time passes, without a new call. */
export function isDrivenByTime(active: ActiveRule): boolean {
  const { rule } = active;
  return rule.direction === 'below' || needsBefore(rule) || (!isOfUsers(rule.of) && isRising(active));
}

/** Whether a rule also reads the window before. */
export function needsBefore(rule: AlertRule): boolean {
  return rule.comparedToBefore || rule.noData === 'alert';
}

/**
 * The minutes that left the windows of a rule of each user or group between two moments: apart from new calls, only
 * the figures of those who had calls in these minutes change. `undefined` where a calendar period ended, which is all of them.
 */
export function minutesThatLeft(
  { rule, parsedWindow }: ActiveRule,
  fromMs: number,
  toMs: number,
): readonly TimeSpan[] | undefined {
  const then = spanAt(parsedWindow, fromMs);
  const now = spanAt(parsedWindow, toMs);
  if (parsedWindow.kind === 'calendar') return then.fromMs === now.fromMs ? [] : undefined;
  // The window before begins its own length earlier.
  const lengthMs = needsBefore(rule) ? parsedWindow.minutes * MINUTE_MS : 0;
  return [
    { fromMs: then.fromMs, toMs: now.fromMs },
    ...(lengthMs === 0 ? [] : [{ fromMs: then.fromMs - lengthMs, toMs: now.fromMs - lengthMs }]),
  ];
}
