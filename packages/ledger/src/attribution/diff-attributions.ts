import type { Attribution } from './resolve-trace.ts';

/** What a span that arrived or was erased changed about one call. */
export interface AttributionChange {
  readonly key: string;
  /** Absent when the call was not known before. */
  readonly before?: Attribution;
  /** Absent when the call is not there any more. */
  readonly after?: Attribution;
}

/** The corrections that lead from what was known to what is known now; calls that stay as they were are left out. */
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

/** Whether two decisions about a call say the same. */
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
