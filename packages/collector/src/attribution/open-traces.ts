import type { Steps } from '@userspan/ledger';

import { BriefMap } from '../runtime/brief-map.ts';
import type { TimeSlice } from '../runtime/time-slice.ts';
import { traceKey } from '../storage/read/traces/trace-state.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';
import type { ReceivedSpan } from '../storage/write/span-batch.ts';

/** A trace to which a write batch adds spans. It is attributed when it closes. */
export interface OpenTrace {
  readonly key: string;
  readonly trace: TraceState;
  /** Number of its spans when it opened. */
  readonly earlierSpans: number;
  /** Whether the batch has added a span. */
  isTouched: boolean;
}

/** What happens to a trace when it opens and when it closes. */
export interface TraceHandler {
  open(key: string, received: ReceivedSpan): Steps<TraceState>;
  close(trace: OpenTrace): Steps<void>;
}

/** Maximum number of open traces: the spans of a trace usually arrive close to each other. */
const MAX_OPEN = 256;
/** Maximum number of open traces whose root has arrived: it usually arrives last, but a trace may have several roots or late children. */
const MAX_ROOTED = 16;
/** Maximum number of earlier spans of all open traces together, unless one trace has more: a late span loads its whole trace. */
const MAX_EARLIER_SPANS = 10_000;
/** Maximum number of reopened traces. It is higher, because each time a trace closes all of its spans are attributed. */
const MAX_REOPENED = 4_096;

/**
 * The open traces of a write batch.
 *
 * A trace opens with its first span in the batch. It closes at the first of these events:
 *
 * - its root has arrived, and then the roots of {@link MAX_ROOTED} other traces;
 * - {@link MAX_OPEN} other traces have opened after it;
 * - the open traces have more than {@link MAX_EARLIER_SPANS} earlier spans together, and it is the oldest;
 * - the batch ends.
 *
 * A span that arrives later opens the trace again. A reopened trace stays open until the end of the batch, or until
 * {@link MAX_REOPENED} others have been reopened: otherwise the whole trace could be attributed again for each span.
 *
 * When a trace closes changes only the work, not the result: attribution is a function of the set of spans. The open traces
 * are memory only; after a crash the batch is built again.
 */
export class OpenTraces {
  readonly #handler: TraceHandler;
  readonly #slice: TimeSlice;
  readonly #open = new BriefMap<OpenTrace>();
  /** Open traces whose root has arrived, by key. */
  readonly #rooted = new BriefMap<OpenTrace>();
  readonly #reopened = new BriefMap<OpenTrace>();
  /** Keys of traces that were closed in this batch. */
  readonly #closed = new Set<string>();
  /** Earlier spans of the traces in `#open`. */
  #earlierSpans = 0;
  #lastProject = '';
  #lastTraceId = '';
  #lastKey = '';

  constructor(handler: TraceHandler, slice: TimeSlice) {
    this.#handler = handler;
    this.#slice = slice;
  }

  /** The trace of a span; `undefined` if it is not open. */
  find(received: ReceivedSpan): OpenTrace | undefined {
    const key = this.#keyOf(received);
    return this.#open.get(key) ?? this.#reopened.get(key);
  }

  /** Opens the trace of a span, and closes the oldest traces if too many are open. */
  async open(received: ReceivedSpan): Promise<OpenTrace> {
    const key = this.#keyOf(received);
    const trace = await this.#slice.run(this.#handler.open(key, received));
    const earlierSpans = trace.spans.size;
    const opened: OpenTrace = { key, trace, earlierSpans, isTouched: false };
    if (this.#closed.has(key)) {
      this.#reopened.set(key, opened);
      if (this.#reopened.size > MAX_REOPENED) await this.#closeOldest(this.#reopened);
      return opened;
    }
    this.#open.set(key, opened);
    this.#earlierSpans += earlierSpans;
    while (this.#open.size > 1 && (this.#open.size > MAX_OPEN || this.#earlierSpans > MAX_EARLIER_SPANS)) {
      await this.#closeOldest(this.#open);
    }
    return opened;
  }

  /** Marks that the root of a trace has arrived. Returns a promise if a trace closes for it that has not closed at once. */
  markRootArrived(trace: OpenTrace): Promise<void> | void {
    if (!this.#open.has(trace.key)) return undefined;
    this.#rooted.set(trace.key, trace);
    return this.#rooted.size > MAX_ROOTED ? this.#closeOldest(this.#rooted) : undefined;
  }

  async closeAll(): Promise<void> {
    for (const traces of [this.#open, this.#reopened]) {
      for (const [, trace] of traces) await this.#close(trace);
    }
  }

  #closeOldest({ oldest }: BriefMap<OpenTrace>): Promise<void> | void {
    return oldest === undefined ? undefined : this.#close(oldest);
  }

  #close(trace: OpenTrace): Promise<void> | void {
    if (this.#open.delete(trace.key)) this.#earlierSpans -= trace.earlierSpans;
    this.#rooted.delete(trace.key);
    this.#reopened.delete(trace.key);
    this.#closed.add(trace.key);
    return this.#slice.run(this.#handler.close(trace));
  }

  #keyOf({ project, span: { traceId } }: ReceivedSpan): string {
    // Consecutive spans are mostly of one trace, and a map finds a string that it has hashed before faster than a new one.
    if (traceId !== this.#lastTraceId || project !== this.#lastProject) {
      this.#lastKey = traceKey(project, traceId);
      this.#lastTraceId = traceId;
      this.#lastProject = project;
    }
    return this.#lastKey;
  }
}
