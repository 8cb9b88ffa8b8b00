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

/** A call at rest: times are texts, because JSON has no 64-bit numbers. */
type PackedCall = Omit<Call, 'startTimeUnixNano' | 'endTimeUnixNano'> & {
  readonly start: string;
  readonly end: string;
};

interface Packed {
  readonly spans: readonly TraceSpan[];
  readonly calls: readonly (readonly [string, PackedCall, CallContext, CallRow | null, Attribution | null])[];
  readonly together?: readonly string[];
}

function pack({ spans, calls, together }: TraceState): string {
  const packed: Packed = {
    spans: [...spans.values()],
    calls: [...calls].map(([spanId, { call, context, counted, attribution }]) => {
      const { startTimeUnixNano, endTimeUnixNano, ...rest } = call;
      const resting = { ...rest, start: String(startTimeUnixNano), end: String(endTimeUnixNano) };
      return [spanId, resting, context, counted ?? null, attribution ?? null] as const;
    }),
    ...(together.size > 1 ? { together: [...together] } : {}),
  };
  return JSON.stringify(packed);
}

function unpack(key: string, text: string): TraceState {
  const at = key.indexOf('\0');
  const trace = newTraceState(key.slice(0, at), key.slice(at + 1));
  const packed = JSON.parse(text) as Packed;
  for (const span of packed.spans) trace.spans.set(span.spanId, span);
  for (const [spanId, { start, end, ...rest }, context, counted, attribution] of packed.calls) {
    trace.calls.set(spanId, {
      call: { ...rest, startTimeUnixNano: BigInt(start), endTimeUnixNano: BigInt(end) },
      context,
      ...(counted === null ? {} : { counted }),
      ...(attribution === null ? {} : { attribution }),
    });
  }
  if (packed.together !== undefined) trace.together = new Set(packed.together);
  return trace;
}

/**
 * Traces that were seen lately, the least lately seen forgotten first.
 *
 * Between batches each is one text: a hundred thousand small objects that live for a while are what a garbage collector
 * is worst at.
 */
export class RecentTraces {
  readonly #live = new Map<string, TraceState>();
  readonly #resting = new Map<string, string>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = 96_000_000) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#live.size + this.#resting.size;
  }

  /** The trace, which is then the most lately seen. */
  take(key: string): TraceState | undefined {
    const live = this.#live.get(key);
    if (live !== undefined) return live;
    const text = this.#resting.get(key);
    if (text === undefined) return undefined;
    this.#resting.delete(key);
    this.#bytes -= text.length;
    const trace = unpack(key, text);
    this.#live.set(key, trace);
    return trace;
  }

  put(key: string, trace: TraceState): void {
    this.#live.set(key, trace);
  }

  /** Puts away what a batch used, and forgets the oldest until the rest fits. */
  rest(): void {
    for (const [key, trace] of this.#live) {
      const text = pack(trace);
      this.#bytes += text.length;
      this.#resting.set(key, text);
    }
    this.#live.clear();
    for (const [key, text] of this.#resting) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#resting.delete(key);
      this.#bytes -= text.length;
    }
  }

  /** Forgets everything; what is needed again is read from the store. */
  clear(): void {
    this.#live.clear();
    this.#resting.clear();
    this.#bytes = 0;
  }
}
