import { linkKeysOf, mayBeOneRequest } from '@userspan/ledger';
import type { TraceSpan } from '@userspan/ledger';

/** Most calls with one key that are compared, the latest: two records of one request arrive within moments. */
const MAX_SHARING = 64;

/** Calls that were seen lately, by what another record of the same request would share with them. */
export class LinkIndex {
  readonly #sharing = new Map<string, TraceSpan[]>();
  readonly #maxKeys: number;

  constructor(maxKeys = 100_000) {
    this.#maxKeys = maxKeys;
  }

  /** Notes a call, and tells which other traces may have a record of its request. */
  note(project: string, span: TraceSpan): readonly string[] {
    let found: Set<string> | undefined;
    for (const linkKey of linkKeysOf(span)) {
      const key = `${project}\0${linkKey}`;
      const sharing = this.#sharing.get(key) ?? [];
      for (const other of sharing) {
        if (other.traceId === span.traceId || !mayBeOneRequest(other, span)) continue;
        found ??= new Set();
        found.add(other.traceId);
      }
      sharing.push(span);
      if (sharing.length > MAX_SHARING) sharing.shift();
      // The key is the newest then.
      this.#sharing.delete(key);
      this.#sharing.set(key, sharing);
    }
    this.#shrink();
    return found === undefined ? [] : [...found];
  }

  clear(): void {
    this.#sharing.clear();
  }

  /** A tenth at a time: a map that loses its first entry at every call walks past the gaps at every call. */
  #shrink(): void {
    let excess = this.#sharing.size - this.#maxKeys;
    if (excess <= 0) return;
    excess += Math.ceil(this.#maxKeys / 10);
    for (const key of this.#sharing.keys()) {
      if (excess <= 0) return;
      this.#sharing.delete(key);
      excess--;
    }
  }
}
