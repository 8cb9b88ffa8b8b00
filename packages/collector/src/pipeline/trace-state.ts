import type { Attribution, Call, TraceSpan } from '@userspan/ledger';

import type { CallContext, CallRow } from './call-row.ts';

/** A span that is a call or may be one, and how it is counted at the moment. */
export interface CallState {
  readonly call: Call;
  readonly context: CallContext;
  /** The row that counts; absent where another record of the request counts, or nothing was decided yet. */
  counted?: CallRow;
  /** What the trace said last; absent after a reload. */
  attribution?: Attribution;
}

/** What is known of a trace: small records of all its spans, and its calls. */
export interface TraceState {
  readonly project: string;
  readonly traceId: string;
  readonly spans: Map<string, TraceSpan>;
  readonly calls: Map<string, CallState>;
  /** This trace and those that are decided together with it; one set for all of them. */
  together: Set<string>;
}

export function newTraceState(project: string, traceId: string): TraceState {
  return { project, traceId, spans: new Map(), calls: new Map(), together: new Set([traceId]) };
}

export function traceKey(project: string, traceId: string): string {
  return `${project}\0${traceId}`;
}

/** A call weighs as much as several other spans. */
const CALL_WEIGHT = 4;

/** Traces that were seen lately, the least lately seen forgotten first. */
export class RecentTraces {
  readonly #traces = new Map<string, TraceState>();
  readonly #maxWeight: number;
  #weight = 0;

  constructor(maxWeight = 300_000) {
    this.#maxWeight = maxWeight;
  }

  get size(): number {
    return this.#traces.size;
  }

  /** The trace, which is then the most lately seen. */
  take(key: string): TraceState | undefined {
    const trace = this.#traces.get(key);
    if (trace === undefined) return undefined;
    this.#traces.delete(key);
    this.#traces.set(key, trace);
    return trace;
  }

  put(key: string, trace: TraceState): void {
    this.#traces.set(key, trace);
    this.#weight += weightOf(trace);
  }

  /** Accounts for what was added to a trace that is here. */
  grew(spans: number, calls: number): void {
    this.#weight += spans + calls * CALL_WEIGHT;
  }

  /** Forgets the oldest traces until the rest fits. */
  shrink(): void {
    for (const [key, trace] of this.#traces) {
      if (this.#weight <= this.#maxWeight) return;
      this.#traces.delete(key);
      this.#weight -= weightOf(trace);
    }
  }

  /** Forgets everything; what is needed again is read from the store. */
  clear(): void {
    this.#traces.clear();
    this.#weight = 0;
  }
}

function weightOf(trace: TraceState): number {
  return trace.spans.size + trace.calls.size * CALL_WEIGHT;
}
