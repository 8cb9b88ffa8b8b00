import { linkKeysOf, mayBeOneRequest } from '@userspan/ledger';
import type { TraceSpan } from '@userspan/ledger';

/** Most calls of one scope with one key that are compared, the latest: two records of one request arrive within moments. */
const MAX_SHARING = 64;
/** Most instrumentations that record one request. */
const MAX_SCOPES = 8;

/** Calls of one scope that share a key, and those of the next scope that do. */
interface Sharing {
  readonly scope: string;
  readonly spans: TraceSpan[];
  next?: Sharing;
}

/**
 * Calls that were seen lately, by what another record of the same request would share with them.
 *
 * In two halves: when the younger is full it becomes the older, and the older is forgotten as a whole. A map that loses
 * its first entry at every call would be rebuilt again and again.
 */
export class LinkIndex {
  readonly #maxCalls: number;
  #younger = new Map<string, Sharing>();
  #older = new Map<string, Sharing>();
  #calls = 0;

  constructor(maxCalls = 100_000) {
    this.#maxCalls = maxCalls;
  }

  /** Notes a call, and tells which other traces may have a record of its request. */
  note(project: string, span: TraceSpan): readonly string[] {
    const scope = span.call?.scope;
    if (scope === undefined) return [];
    const found = new Set<string>();
    for (const linkKey of linkKeysOf(span)) {
      const key = `${project}\0${linkKey}`;
      collect(this.#older.get(key), scope, span, found);
      const sharing = this.#younger.get(key);
      collect(sharing, scope, span, found);
      if (sharing === undefined) this.#younger.set(key, { scope, spans: [span] });
      else put(sharing, scope, span);
    }
    this.#calls++;
    if (this.#calls * 2 >= this.#maxCalls) this.#age();
    return found.size === 0 ? [] : [...found];
  }

  clear(): void {
    this.#age();
    this.#age();
  }

  #age(): void {
    this.#older = this.#younger;
    this.#younger = new Map();
    this.#calls = 0;
  }
}

/** One instrumentation records a request once, so calls of the same scope need no look: mostly there are no others. */
function collect(first: Sharing | undefined, scope: string, span: TraceSpan, found: Set<string>): void {
  for (let sharing = first; sharing !== undefined; sharing = sharing.next) {
    if (sharing.scope === scope) continue;
    for (const other of sharing.spans) {
      if (other.traceId !== span.traceId && mayBeOneRequest(other, span)) found.add(other.traceId);
    }
  }
}

function put(first: Sharing, scope: string, span: TraceSpan): void {
  let sharing = first;
  for (let scopes = 1; sharing.scope !== scope; scopes++) {
    if (sharing.next === undefined) {
      if (scopes < MAX_SCOPES) sharing.next = { scope, spans: [span] };
      return;
    }
    sharing = sharing.next;
  }
  sharing.spans.push(span);
  if (sharing.spans.length > MAX_SHARING) sharing.spans.shift();
}
