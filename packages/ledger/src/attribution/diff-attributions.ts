import type { Attribution } from './resolve-trace.ts';

/** How one call's attribution changed after a span arrived or was erased. */
export interface AttributionChange {
  readonly key: string;
  /** Absent if the call is new. */
  readonly before?: Attribution;
  /** Absent if the call was removed. */
  readonly after?: Attribution;
}

/** The changes from the old attributions to the new ones. Unchanged calls are left out. */
export function diffAttributions(
  before: ReadonlyMap<string, Attribution>,
  after: ReadonlyMap<string, Attribution>,
): readonly AttributionChange[] {
  const changes: AttributionChange[] = [];
  for (const [key, was] of before) {
    const is = after.get(key);
    if (is === undefined) changes.push({ key, before: was });
    else if (!isSameAttribution(was, is)) changes.push({ key, before: was, after: is });
  }
  for (const [key, is] of after) if (!before.has(key)) changes.push({ key, after: is });
  return changes;
}

/** Whether two attributions of a call are equal. */
export function isSameAttribution(a: Attribution, b: Attribution): boolean {
  return (
    a.counted === b.counted &&
    a.countedBy === b.countedBy &&
    a.costFrom === b.costFrom &&
    a.userId === b.userId &&
    a.verified === b.verified &&
    a.rule === b.rule &&
    a.threadId === b.threadId
  );
}
