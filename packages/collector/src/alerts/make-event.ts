import { createHash } from 'node:crypto';

import type { Storage } from '../storage/storage.ts';
import type { UserDirectory } from '../storage/read/alerting/user-directory.ts';
import { subjectKey } from './alert-event.ts';
import type { AlertEvent } from './alert-event.ts';
import type { AlertState, Transition } from './alert-state.ts';
import { readCause } from './read-cause.ts';
import type { ActiveRule } from './rule.ts';

/** Maximum number of events of one evaluation whose cause is read. */
const MAX_CAUSES = 50;

/** Adds the names of users, and the cause to the first events. */
export async function explainEvents(
  store: Pick<Storage, 'alerting' | 'users'>,
  project: string,
  directory: UserDirectory,
  events: readonly AlertEvent[],
): Promise<readonly AlertEvent[]> {
  const ids = events.filter(({ rule }) => rule.of === 'user').map(({ subject }) => subject);
  const profiles = await store.users.readProfiles(project, ids);
  const explained: AlertEvent[] = [];
  let causes = 0;
  for (const event of events) {
    const profile = event.rule.of === 'user' ? profiles.get(event.subject) : undefined;
    const named = { ...event, subjectName: profile?.name ?? null, group: profile?.group ?? null };
    const isExplained = event.kind !== 'resolved' && !event.isWithoutData && causes < MAX_CAUSES;
    if (isExplained) causes += 1;
    explained.push(isExplained ? { ...named, cause: await readCause(store, directory, event) } : named);
  }
  return explained;
}

/** The event of a transition, without the fields that need a query. */
export function eventOf(
  { project, rule, revision }: ActiveRule,
  subject: string,
  transition: Transition,
  state: AlertState,
  span: AlertEvent['span'],
  nowMs: number,
): Omit<AlertEvent, 'subjectName' | 'group' | 'valueBefore'> {
  const { kind, level, crossed, isWithoutData } = transition;
  const threshold = rule.thresholds[Math.max(0, level)];
  const of = subjectKey(rule.of, subject);
  // The level is part of the id: the alert that fires after a crash may be more severe than the one that was stored
  // before it.
  const id = createHash('sha256')
    .update(JSON.stringify([project, rule.id, revision, of, state.events, kind, level, crossed]))
    .digest('hex')
    .slice(0, 40);
  return {
    project,
    rule,
    subject,
    kind,
    severity: threshold?.severity ?? 'warning',
    threshold: threshold?.value ?? '0',
    crossed: crossed.map((at) => rule.thresholds[at]?.value ?? '0'),
    isWithoutData,
    value: state.value,
    span,
    atMs: nowMs,
    id,
  };
}
