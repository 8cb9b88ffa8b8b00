/** States that two ids belong to one person, or no longer do. */
export interface AliasEvent {
  /** The id that is merged into another, such as an anonymous one. */
  readonly from: string;
  /** The id it belongs to; `null` removes the alias. */
  readonly to: string | null;
  /** When it was set, nanoseconds since the Unix epoch. */
  readonly atUnixNano: bigint;
}

/**
 * Returns a function that resolves an id to its canonical id, given all alias events in any order.
 *
 * The latest event of an id is used. Chains of aliases are followed; ids in a cycle all resolve to the smallest of
 * them. Recorded data is not changed, so an alias can be removed.
 */
export function resolveAliases(events: Iterable<AliasEvent>): (userId: string) => string {
  const latest = new Map<string, AliasEvent>();
  for (const event of events) {
    const known = latest.get(event.from);
    if (known === undefined || isLaterAlias(event, known)) latest.set(event.from, event);
  }
  const targets = new Map<string, string>();
  for (const { from, to } of latest.values()) if (to !== null && to !== from) targets.set(from, to);
  return (userId) => follow(userId, targets);
}

/** Whether an event of an id replaces another. */
export function isLaterAlias(event: AliasEvent, known: AliasEvent): boolean {
  if (event.atUnixNano !== known.atUnixNano) return event.atUnixNano > known.atUnixNano;
  // With equal times, a removal wins, otherwise the greater id. Any rule works if all collectors use the same one.
  if (event.to === null || known.to === null) return event.to === null;
  return event.to > known.to;
}

function follow(userId: string, targets: ReadonlyMap<string, string>): string {
  const path: string[] = [];
  const seen = new Map<string, number>();
  let id = userId;
  for (;;) {
    const next = targets.get(id);
    if (next === undefined) return id;
    seen.set(id, path.length);
    path.push(id);
    const start = seen.get(next);
    if (start !== undefined) return path.slice(start).reduce((least, step) => (step < least ? step : least));
    id = next;
  }
}
