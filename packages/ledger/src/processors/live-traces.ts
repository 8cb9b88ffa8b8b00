import { callKey } from '../calls/call.ts';
import type { Call } from '../calls/call.ts';
import { countCall, uncountCall } from './counted-call.ts';
import type { CountedCall } from './counted-call.ts';
import type { SpanReading } from '../calls/read-span.ts';
import { profileOf } from '../identity/profile.ts';
import type { UserOnSpan } from '../identity/user-of.ts';
import type { Span } from '../span.ts';
import { diffAttributions } from '../attribution/diff-attributions.ts';
import { MAX_LINKED_TRACES, linkKeysOf, mayBeOneRequest } from '../deduplication/may-be-one-request.ts';
import { resolveTrace } from '../attribution/resolve-trace.ts';
import type { Attribution } from '../attribution/resolve-trace.ts';
import type { TraceSpan } from '../attribution/trace-span.ts';
import type { UserTable } from './user-table.ts';

/**
 * Maximum number of calls with the same link key that are compared, the latest first. The spans of a pair arrive
 * shortly after each other.
 */
const MAX_SHARING = 64;

/** One trace, or several that share a request and are decided together. */
interface LiveTrace {
  readonly traceIds: Set<string>;
  readonly spans: Map<string, TraceSpan>;
  readonly calls: Map<string, Call>;
  attributions: ReadonlyMap<string, Attribution>;
  readonly counted: Map<string, CountedCall>;
  isChanged: boolean;
}

/** Traces that may still receive spans. Their calls are already included in the users' totals and are corrected later. */
export class LiveTraces {
  readonly #users: UserTable;
  readonly #maxTraces: number;
  readonly #maxSpansPerTrace: number;
  /** By trace id, the least recently used first. */
  readonly #live = new Map<string, LiveTrace>();
  readonly #byLinkKey = new Map<string, TraceSpan[]>();
  readonly #changed = new Set<LiveTrace>();
  /** Instrumentations that have recorded a call. */
  readonly #scopes = new Set<string>();

  constructor(users: UserTable, limits: { readonly maxTraces: number; readonly maxSpansPerTrace: number }) {
    this.#users = users;
    this.#maxTraces = limits.maxTraces;
    this.#maxSpansPerTrace = limits.maxSpansPerTrace;
  }

  /** Adds a span. Its trace is decided when totals are read or when the trace is closed. */
  add(span: Span, { traceSpan, user, call, alias }: SpanReading): void {
    const profile = profileOf(span, user) ?? profileOf(span, ofResource(user));
    if (profile !== undefined) this.#users.seen(profile);
    if (alias !== undefined) this.#users.addAlias(alias);
    const trace = this.#touch(span.traceId);
    const key = callKey(traceSpan);
    if (trace.spans.has(key)) return;
    trace.spans.set(key, traceSpan);
    if (call !== undefined) trace.calls.set(key, call);
    this.#markChanged(trace);
    this.#link(trace, traceSpan);
    if (trace.spans.size > this.#maxSpansPerTrace) this.#close(trace);
    while (this.#live.size > this.#maxTraces) this.#closeOldest();
  }

  /** Decides every trace that has received spans since its last decision. */
  decideChanged(): void {
    for (const trace of this.#changed) this.#decide(trace);
    this.#changed.clear();
  }

  #touch(traceId: string): LiveTrace {
    const trace = this.#live.get(traceId) ?? {
      traceIds: new Set([traceId]),
      spans: new Map(),
      calls: new Map(),
      attributions: new Map(),
      counted: new Map(),
      isChanged: false,
    };
    this.#live.delete(traceId);
    this.#live.set(traceId, trace);
    return trace;
  }

  #markChanged(trace: LiveTrace): void {
    trace.isChanged = true;
    this.#changed.add(trace);
  }

  /** Merges traces in which two instrumentations may have recorded the same request. */
  #link(trace: LiveTrace, traceSpan: TraceSpan): void {
    if (traceSpan.call !== undefined && this.#scopes.size < 2) this.#scopes.add(traceSpan.call.scope);
    for (const key of linkKeysOf(traceSpan)) {
      const sharing = this.#byLinkKey.get(key) ?? [];
      // A single instrumentation never records a request twice.
      for (const other of this.#scopes.size > 1 ? sharing : []) {
        const otherTrace = this.#live.get(other.traceId);
        if (otherTrace === undefined || otherTrace === trace || !mayBeOneRequest(other, traceSpan)) continue;
        if (trace.traceIds.size + otherTrace.traceIds.size > MAX_LINKED_TRACES) continue;
        this.#unite(trace, otherTrace);
      }
      sharing.push(traceSpan);
      if (sharing.length > MAX_SHARING) sharing.shift();
      this.#byLinkKey.set(key, sharing);
    }
  }

  #unite(trace: LiveTrace, other: LiveTrace): void {
    this.#decide(trace);
    this.#decide(other);
    for (const traceId of other.traceIds) {
      trace.traceIds.add(traceId);
      this.#live.set(traceId, trace);
    }
    for (const [key, span] of other.spans) trace.spans.set(key, span);
    for (const [key, call] of other.calls) trace.calls.set(key, call);
    for (const [key, counted] of other.counted) trace.counted.set(key, counted);
    trace.attributions = new Map([...trace.attributions, ...other.attributions]);
    this.#changed.delete(other);
    this.#markChanged(trace);
  }

  #decide(trace: LiveTrace): void {
    if (!trace.isChanged) return;
    trace.isChanged = false;
    if (trace.calls.size === 0) return;
    const attributions = resolveTrace(trace.spans.values());
    for (const { key, after } of diffAttributions(trace.attributions, attributions)) {
      const counted = trace.counted.get(key);
      if (counted !== undefined) uncountCall(counted);
      trace.counted.delete(key);
      const call = trace.calls.get(key);
      if (call !== undefined && after?.counted === true)
        trace.counted.set(key, this.#count(trace, call, after));
    }
    trace.attributions = attributions;
  }

  #count(trace: LiveTrace, call: Call, { costFrom, threadId, userId }: Attribution): CountedCall {
    const { cost } = (costFrom === undefined ? undefined : trace.calls.get(costFrom)) ?? call;
    return countCall(this.#users.totalsOf(userId), call, cost, threadId);
  }

  #closeOldest(): void {
    const [oldest] = this.#live.values();
    if (oldest !== undefined) this.#close(oldest);
  }

  #close(trace: LiveTrace): void {
    this.#decide(trace);
    this.#changed.delete(trace);
    for (const traceId of trace.traceIds) this.#live.delete(traceId);
    for (const span of trace.spans.values()) {
      for (const key of linkKeysOf(span)) this.#unlink(key, trace);
    }
  }

  #unlink(key: string, trace: LiveTrace): void {
    const sharing = this.#byLinkKey.get(key);
    const rest = sharing?.filter(({ traceId }) => !trace.traceIds.has(traceId)) ?? [];
    if (rest.length === 0) this.#byLinkKey.delete(key);
    else this.#byLinkKey.set(key, rest);
  }
}

/** The user of the resource instead of the span's own. */
function ofResource({ resourceUser, claimed }: UserOnSpan): UserOnSpan {
  return resourceUser === undefined ? { claimed } : { user: resourceUser, claimed };
}
