import { linkKeysOf, slackOfLinkKey } from '@userspan/ledger';
import type { TraceSpan } from '@userspan/ledger';

import { CallTable } from './call-table.ts';
import type { CallPlace } from './call-table.ts';

/** Maximum number of instrumentations of one project whose calls are compared with each other. */
const MAX_SCOPES = 32;
const FNV_PRIME = 0x01000193;
const NONE: readonly CallPlace[] = [];

/**
 * Recent calls, by the keys that another record of the same request would share with them.
 *
 * Consists of two halves: when the younger one is full it becomes the older one, and the previous older one is dropped.
 */
export class LinkIndex {
  #younger: CallTable;
  #older: CallTable;
  /** The instrumentations of each project. */
  readonly #scopes = new Map<string, string[]>();
  /** A random seed, so that a sender cannot make keys collide. */
  readonly #seed = Math.floor(Math.random() * 0x100000000);

  constructor(maxCalls = 100_000) {
    this.#younger = new CallTable(maxCalls / 2);
    this.#older = new CallTable(maxCalls / 2);
  }

  /**
   * Adds a call; returns calls of other traces that may be records of the same request, which the caller has to compare in
   * full.
   */
  add(project: string, span: TraceSpan): readonly CallPlace[] {
    const { call } = span;
    if (call === undefined) return NONE;
    const scopes = this.#scopesOf(project, call.scope);
    const own = scopes.indexOf(call.scope);
    const seed = hash(project, this.#seed);
    const texts = linkKeysOf(span);
    const keys: number[] = [];
    for (const key of texts) keys.push(hash(key, seed));
    const hasOthers = scopes.length > (own < 0 ? 0 : 1);
    const found = hasOthers
      ? this.#findOfOthers(span, call, { keys, slacks: texts.map(slackOfLinkKey) }, scopes, own)
      : undefined;
    if (own >= 0) {
      for (let at = 0; at < keys.length; at += 1) keys[at] = withScope(keys[at] ?? 0, own);
      this.#younger.add(span, call.startMs, call.endMs, keys);
    }
    if (this.#younger.isFull) this.#age();
    return found === undefined ? NONE : [...found.values()];
  }

  /**
   * Calls of other traces with a common key. Calls of the same scope are skipped, because one instrumentation records a
   * request once.
   */
  #findOfOthers(
    { traceId }: TraceSpan,
    { startMs, endMs }: NonNullable<TraceSpan['call']>,
    { keys, slacks }: { readonly keys: readonly number[]; readonly slacks: readonly (number | undefined)[] },
    scopes: readonly string[],
    own: number,
  ): Map<string, CallPlace> | undefined {
    let found: Map<string, CallPlace> | undefined;
    for (let scope = 0; scope < scopes.length; scope += 1) {
      if (scope === own) continue;
      for (let at = 0; at < keys.length; at += 1) {
        const key = withScope(keys[at] ?? 0, scope);
        for (const place of this.#find(key, startMs, endMs, slacks[at])) {
          if (place.traceId === traceId) continue;
          found ??= new Map();
          found.set(`${place.traceId}${place.spanId}`, place);
        }
      }
    }
    return found;
  }

  *#find(key: number, startMs: number, endMs: number, slackMs: number | undefined): Generator<CallPlace> {
    yield* this.#younger.find(key, startMs, endMs, slackMs);
    yield* this.#older.find(key, startMs, endMs, slackMs);
  }

  #scopesOf(project: string, scope: string): readonly string[] {
    let scopes = this.#scopes.get(project);
    if (scopes === undefined) {
      scopes = [];
      this.#scopes.set(project, scopes);
    }
    if (scopes.length < MAX_SCOPES && !scopes.includes(scope)) scopes.push(scope);
    return scopes;
  }

  #age(): void {
    const forgotten = this.#older;
    this.#older = this.#younger;
    this.#younger = forgotten;
    forgotten.clear();
  }
}

function hash(text: string, seed: number): number {
  const { length } = text;
  let value = seed;
  for (let at = 0; at < length; at++) value = Math.imul(value ^ text.charCodeAt(at), FNV_PRIME);
  return value >>> 0;
}

function withScope(key: number, scope: number): number {
  const mixed = Math.imul(key ^ (scope + 1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
