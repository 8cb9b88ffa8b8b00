import type { CallGroup } from './group-calls.ts';
import { haveSameId, isAlike, overlap } from './same-request.ts';
import type { TraceSpan } from './trace-span.ts';

/** Most requests with one response id that are kept open at a time; only a server that gives one id to all gets there. */
const MAX_OPEN = 64;

interface Open {
  readonly group: CallGroup;
  readonly scopes: Set<string>;
  startMs: number;
  endMs: number;
}

/**
 * Joins records of one request that stand side by side in a trace, or in two traces.
 *
 * One response id alone is no proof: small servers answer every request with the same. So the records must come from
 * different instrumentations, at the same time, about the same model.
 */
export function joinByResponseId(groups: readonly CallGroup[]): readonly CallGroup[] {
  const joined = new Set(groups);
  for (const sharing of shareId(groups)) {
    let open: Open[] = [];
    for (const next of sharing) {
      open = open.filter((other) => overlap(other, next));
      const match = open.find((other) => joined.has(other.group) && isOneRequest(other, next));
      if (match === undefined || match.group === next.group) {
        if (open.length < MAX_OPEN && joined.has(next.group)) open.push(next);
        continue;
      }
      if (!joined.has(next.group)) continue;
      match.group.members.push(...next.group.members);
      match.group.isSum ||= next.group.isSum;
      match.endMs = Math.max(match.endMs, next.endMs);
      for (const scope of next.scopes) match.scopes.add(scope);
      joined.delete(next.group);
    }
  }
  return [...joined];
}

/**
 * Whether two spans, in one trace or in two, may be records of one request. Where this holds between two traces, they
 * have to be given to `resolveTrace` together.
 */
export function mayBeOneRequest(first: TraceSpan, second: TraceSpan): boolean {
  const a = first.call;
  const b = second.call;
  if (a === undefined || b === undefined) return false;
  return haveSameId(a, b) && a.scope !== b.scope && isAlike(a, b) && overlap(a, b);
}

/** Groups by response id, in the order of time; only ids that several groups have. */
function shareId(groups: readonly CallGroup[]): readonly (readonly Open[])[] {
  const byId = new Map<string, Open[]>();
  for (const group of groups) {
    const ids = new Set(group.members.map(({ span }) => span.call.responseId));
    for (const id of ids) {
      if (id === undefined) continue;
      const sharing = byId.get(id);
      if (sharing === undefined) byId.set(id, [openGroup(group)]);
      else sharing.push(openGroup(group));
    }
  }
  return [...byId.entries()]
    .filter(([, sharing]) => sharing.length > 1)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, sharing]) => sharing.sort((a, b) => a.startMs - b.startMs || (keyOf(a) < keyOf(b) ? -1 : 1)));
}

function openGroup(group: CallGroup): Open {
  return {
    group,
    scopes: new Set(group.members.map(({ span }) => span.call.scope)),
    startMs: Math.min(...group.members.map(({ span }) => span.call.startMs)),
    endMs: Math.max(...group.members.map(({ span }) => span.call.endMs)),
  };
}

function keyOf(open: Open): string {
  return open.group.members.reduce((least, { key }) => (key < least ? key : least), '\uFFFF');
}

function isOneRequest(first: Open, second: Open): boolean {
  for (const scope of second.scopes) if (first.scopes.has(scope)) return false;
  return first.group.members.some((one) =>
    second.group.members.some((other) => isAlike(one.span.call, other.span.call)),
  );
}
