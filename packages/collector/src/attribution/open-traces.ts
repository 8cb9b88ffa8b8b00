import type { Steps } from '@userspan/ledger';

import type { TimeSlice } from '../runtime/time-slice.ts';
import { traceKey } from '../storage/read/traces/trace-state.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';
import type { ReceivedSpan } from '../storage/write/span-batch.ts';

/** A trace that a write batch works on: it is attributed when no more of its spans are expected. */
export interface OpenTrace {
  readonly key: string;
  readonly trace: TraceState;
  /** Spans that were there before the batch. */
  readonly earlierSpans: number;
  /** Whether the batch has added a span. */
  isTouched: boolean;
}

/** What happens to a trace when it opens and when it closes. */
export interface TraceHandler {
  open(key: string, received: ReceivedSpan): Steps<TraceState>;
  close(trace: OpenTrace): Steps<void>;
}

/** Traces that are open at a time: the spans of a trace usually arrive close to each other. */
const MAX_OPEN = 256;
/** Traces with a root that stay open: a root usually arrives last, but a trace may have several, or late children. */
const MAX_ROOTED = 16;
/** Earlier spans of the traces that are open at a time, unless one trace has more: a late span opens all of its trace. */
const MAX_EARLIER_SPANS = 10_000;
/** More of those that were open before: closing one is work for each of its spans. */
const MAX_REOPENED = 4_096;

/**
 * The open traces of a write batch.
 *
 * A trace opens with its first span in the batch. It closes when its root has come and {@link MAX_ROOTED} others have
 * come after it, when {@link MAX_OPEN} others have opened after it, or fewer with {@link MAX_EARLIER_SPANS}, or at the end of
 * the batch. One that opens again stays
 * open until the end, or until {@link MAX_REOPENED} others did: otherwise each of its spans could attribute it anew. The
 * result does not depend on when a trace closes, only the work does.
 */
export class OpenTraces {
  readonly #handler: TraceHandler;
  readonly #turn: TimeSlice;
  readonly #open = new Map<string, OpenTrace>();
  readonly #rooted = new Set<OpenTrace>();
  readonly #reopened = new Map<string, OpenTrace>();
  /** Keys of traces that were closed in this batch. */
  readonly #closed = new Set<string>();
  /** Earlier spans of the traces in `#open`. */
  #earlierSpans = 0;
  #lastProject = '';
  #lastTraceId = '';
  #lastKey = '';

  constructor(handler: TraceHandler, turn: TimeSlice) {
    this.#handler = handler;
    this.#turn = turn;
  }

  /** The trace of a span, where it is open. */
  find(received: ReceivedSpan): OpenTrace | undefined {
    const key = this.#keyOf(received);
    return this.#open.get(key) ?? this.#reopened.get(key);
  }

  /** Opens the trace of a span, and closes the oldest where there are too many. */
  async open(received: ReceivedSpan): Promise<OpenTrace> {
    const key = this.#keyOf(received);
    const trace = await this.#turn.run(this.#handler.open(key, received));
    const earlierSpans = trace.spans.size;
    const opened: OpenTrace = { key, trace, earlierSpans, isTouched: false };
    if (this.#closed.has(key)) {
      this.#reopened.set(key, opened);
      if (this.#reopened.size > MAX_REOPENED) await this.#closeOldest(this.#reopened.values());
      return opened;
    }
    this.#open.set(key, opened);
    this.#earlierSpans += earlierSpans;
    while (this.#open.size > 1 && (this.#open.size > MAX_OPEN || this.#earlierSpans > MAX_EARLIER_SPANS)) {
      await this.#closeOldest(this.#open.values());
    }
    return opened;
  }

  /** Notes that the root of a trace has come; `undefined` where no trace has to close for it. */
  noteRoot(trace: OpenTrace): Promise<void> | undefined {
    if (!this.#open.has(trace.key)) return undefined;
    this.#rooted.add(trace);
    return this.#rooted.size > MAX_ROOTED ? this.#closeOldest(this.#rooted) : undefined;
  }

  async closeAll(): Promise<void> {
    for (const trace of [...this.#open.values(), ...this.#reopened.values()]) await this.#close(trace);
  }

  async #closeOldest(traces: Iterable<OpenTrace>): Promise<void> {
    const [oldest] = traces;
    if (oldest !== undefined) await this.#close(oldest);
  }

  async #close(trace: OpenTrace): Promise<void> {
    if (this.#open.delete(trace.key)) this.#earlierSpans -= trace.earlierSpans;
    this.#rooted.delete(trace);
    this.#reopened.delete(trace.key);
    this.#closed.add(trace.key);
    await this.#turn.run(this.#handler.close(trace));
  }

  #keyOf({ project, span: { traceId } }: ReceivedSpan): string {
    // Spans of one trace mostly stand side by side, and a map finds a key that it has seen sooner than a new one.
    if (traceId !== this.#lastTraceId || project !== this.#lastProject) {
      this.#lastKey = traceKey(project, traceId);
      this.#lastTraceId = traceId;
      this.#lastProject = project;
    }
    return this.#lastKey;
  }
}
