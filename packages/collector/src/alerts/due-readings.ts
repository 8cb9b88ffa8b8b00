import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';
import type { UserDirectory } from '../storage/read/alerting/user-directory.ts';
import type { Storage } from '../storage/storage.ts';
import type { AlertState } from './alert-state.ts';
import { endedSpans } from './ended-windows.ts';
import { isOfUsers } from './rule.ts';
import type { ActiveRule } from './rule.ts';
import type { Reading } from './subject-reader.ts';
import { isDrivenByTime, minutesLeavingWindow, needsBefore } from './time-driven.ts';
import type { RisingSubjects } from './time-driven.ts';
import { spanAt, spanBefore } from './window.ts';

/** States of one rule by subject. */
export type States = Map<string, AlertState>;

/** What the evaluator remembers from earlier rounds, by project and rule. */
export interface DueContext {
  readonly store: Pick<Storage, 'alerting'>;
  readonly states: ReadonlyMap<string, States>;
  readonly revisions: ReadonlyMap<string, string>;
  readonly rising: RisingSubjects;
}

/** When an evaluation happens, and what changed since the last one. */
export interface Moment {
  readonly nowMs: number;
  /** The minute of the previous round. */
  readonly sinceMs: number;
  /** The time of the last round that was completed, of this process or of another; `undefined` if there was none. */
  readonly evaluatedMs: number | undefined;
  readonly isFull: boolean;
  readonly isNewMinute: boolean;
  readonly hasChanges: boolean;
  /** As in `UsageChanges`: rows of every subject in windows that begin earlier may have been deleted. */
  readonly deletedBeforeMs: number;
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** The key of a rule of a project. */
export function ruleKey(project: string, ruleId: string): string {
  return `${project}\0${ruleId}`;
}

/**
 * Decides which subjects of which rules have to be evaluated now. A rule whose figures cannot have changed gets no
 * reading. Ended windows come before the current window of the same rule.
 */
export async function dueReadings(
  { store, states: allStates, revisions, rising }: DueContext,
  rules: readonly ActiveRule[],
  directory: UserDirectory,
  now: Moment,
): Promise<readonly Reading[]> {
  const left = await subjectsChangedByTime(store, rules, directory, now);
  const readings: Reading[] = [];
  const partial = { user: [] as PartialReading[], group: [] as PartialReading[] };
  for (const active of rules) {
    const { rule, project, revision } = active;
    const key = ruleKey(project, rule.id);
    const states = allStates.get(key);
    const windows = windowsOf(active, states, now);
    const isNew = revisions.get(key) !== revision;
    const changedByTime = left.get(active) ?? [];
    const isCut = windows.some(({ span, spanBefore: { fromMs } = span }) => fromMs < now.deletedBeforeMs);
    if (now.isFull || isNew || isCut || changedByTime === 'all') {
      readings.push(...windows);
      continue;
    }
    const due = [
      ...statesDue(active, states, now),
      ...(now.isNewMinute ? rising.due(key, now.nowMs) : []),
      ...changedByTime,
    ];
    if (isOfUsers(rule.of)) partial[rule.of].push({ windows, due });
    else if (now.hasChanges || due.length > 0) readings.push(...windows);
  }
  return [
    ...readings,
    ...readingsOfSubjects(partial.user, now.users),
    ...readingsOfSubjects(partial.group, now.groups),
  ];
}

/** The windows of a rule of which only some subjects have to be evaluated. */
interface PartialReading {
  readonly windows: readonly Reading[];
  readonly due: readonly string[];
}

/** The windows of a rule that ended since the last round, and the current one. */
function windowsOf(active: ActiveRule, states: States | undefined, now: Moment): readonly Reading[] {
  const { rule, parsedWindow } = active;
  const readingOf = (span: TimeSpan): Reading => ({
    active,
    span,
    ...(needsBefore(rule) ? { spanBefore: spanBefore(parsedWindow, span) } : {}),
    known: states?.keys() ?? [],
  });
  const current = spanAt(parsedWindow, now.nowMs);
  const ended = endedSpans(active, current, now.evaluatedMs);
  return [...ended.map((span) => ({ ...readingOf(span), isEnded: true })), readingOf(current)];
}

/** The subjects that fired before and have to be evaluated again. */
function statesDue(active: ActiveRule, states: States | undefined, now: Moment): readonly string[] {
  return [...(states ?? [])]
    .filter(([, state]) => isStateDue(active, state, now))
    .map(([subject]) => subject);
}

/** Readings of the subjects that changed or are due. */
function readingsOfSubjects(
  partial: readonly PartialReading[],
  changed: ReadonlySet<string>,
): readonly Reading[] {
  // One set for all rules, so that they share queries. Evaluating a subject that did not change has no effect.
  const subjects = new Set([...changed, ...partial.flatMap(({ due }) => due)]);
  return partial
    .filter(({ due }) => changed.size > 0 || due.length > 0)
    .flatMap(({ windows }) => windows.map((reading) => ({ ...reading, subjects })));
}

/** For each rule, the subjects whose figures may meet a threshold now although no call arrived. */
async function subjectsChangedByTime(
  store: DueContext['store'],
  rules: readonly ActiveRule[],
  directory: UserDirectory,
  { isFull, isNewMinute, sinceMs, nowMs }: Moment,
): Promise<ReadonlyMap<ActiveRule, readonly string[] | 'all'>> {
  const found = new Map<ActiveRule, readonly string[] | 'all'>();
  const driven = isFull ? [] : rules.filter(isDrivenByTime);
  const spans: { readonly active: ActiveRule; readonly span: TimeSpan }[] = [];
  for (const active of driven) {
    const left = isOfUsers(active.rule.of) ? minutesLeavingWindow(active, sinceMs, nowMs) : undefined;
    if (isNewMinute && left === undefined) found.set(active, 'all');
    else if (isNewMinute) for (const span of left ?? []) spans.push({ active, span });
  }
  const project = rules[0]?.project;
  if (spans.length === 0 || project === undefined) return found;
  const users = await store.alerting.readUsersOfSpans(
    project,
    spans.map(({ span }) => span),
  );
  for (const [at, { active }] of spans.entries()) {
    const known = found.get(active) ?? [];
    if (known === 'all') continue;
    const subjects = [...(users[at] ?? [])].flatMap((id) =>
      active.rule.of === 'user' ? [directory.canonicalOf(id)] : (directory.groupOf(id) ?? []),
    );
    found.set(active, [...known, ...subjects]);
  }
  return found;
}

/** Whether a subject that fired before has to be evaluated again. */
function isStateDue({ rule, parsedWindow }: ActiveRule, state: AlertState, now: Moment): boolean {
  if (state.periodEndsMs > 0 && state.periodEndsMs <= now.nowMs) return true;
  return (
    now.isNewMinute &&
    (parsedWindow.kind === 'rolling' ||
      rule.projected === true ||
      rule.renotifySeconds !== undefined ||
      state.isUnsent)
  );
}
