/** Two ids are one person, or are not any more. */
export interface AliasEvent {
  /** The id that is merged into another: an anonymous one. */
  readonly from: string;
  /** The id it belongs to; `null` takes the alias back. */
  readonly to: string | null;
  /** When it was set, nanoseconds since the Unix epoch. */
  readonly atUnixNano: bigint;
}

/**
 * Resolves any id to the one that it stands for, given all alias events in any order.
 *
 * The latest event of an id counts. Aliases are followed from one to the next; ids that lead to each other in a circle
 * all stand for the least of them. Nothing that was recorded is changed, so that an alias can be taken back.
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

/** Which of two events of one id counts. */
export function isLaterAlias(event: AliasEvent, known: AliasEvent): boolean {
  if (event.atUnixNano !== known.atUnixNano) return event.atUnixNano > known.atUnixNano;
  // At the same instant taking back wins, and else the greater id: any rule does that both sides share.
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
