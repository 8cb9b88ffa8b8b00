import { TimeSlice } from '../runtime/time-slice.ts';
import { traceKey } from '../storage/read/traces/trace-state.ts';
import type { TraceName } from '../storage/write/span-batch.ts';
import { loadStoredTraces } from './linked-traces.ts';
import type { TraceSources } from './linked-traces.ts';
import type { TraceFilter } from './trace-filter.ts';

/**
 * Maximum number of stored spans of all traces of one part of a batch, unless one trace has more. A late span may change the
 * user of each of them, so this limits the rows that a part changes.
 */
export const MAX_EARLIER_SPANS_OF_PART = 20_000;

interface LoadState extends TraceSources {
  readonly known: TraceFilter;
  readonly maxEarlierSpans: number;
}

/**
 * Loads the traces of a batch that are not cached and may be in the store, until the traces of the part have
 * `maxEarlierSpans` spans together.
 *
 * @returns keys of the traces that are left for a later part of the batch. At least one trace of the batch is not among them,
 *   so that every part makes progress
 */
export async function loadBatchTraces(
  names: Iterable<TraceName>,
  state: LoadState,
): Promise<ReadonlySet<string>> {
  const choice = new TraceChoice(state);
  const slice = new TimeSlice();
  for (const name of names) {
    if (slice.isOver()) await slice.pass();
    choice.see(name);
  }
  await choice.loadMissing();
  return choice.later;
}

/** The traces of a part of a batch. */
class TraceChoice {
  readonly later = new Set<string>();
  readonly #state: LoadState;
  readonly #cached = new Set<string>();
  /** Ids by project. */
  readonly #missing = new Map<string, Set<string>>();
  /** Number of stored spans that still fit into the part. */
  #room: number;

  constructor(state: LoadState) {
    this.#state = state;
    this.#room = state.maxEarlierSpans;
  }

  /** Records that the batch has a span of this trace. */
  see({ project, traceId, startMs }: TraceName): void {
    const { recent, known } = this.#state;
    const key = traceKey(project, traceId);
    if (recent.has(key)) {
      this.#seeCached(key);
    } else if (known.mayHave(traceId, startMs)) {
      const ids = this.#missing.get(project);
      if (ids === undefined) this.#missing.set(project, new Set([traceId]));
      else ids.add(traceId);
    }
  }

  #seeCached(key: string): void {
    if (this.#cached.has(key)) return;
    this.#cached.add(key);
    if (this.#room > 0) this.#room -= this.#state.recent.estimateSpans(key);
    else this.later.add(key);
  }

  async loadMissing(): Promise<void> {
    if (this.#missing.size > 0) await this.#state.committed();
    for (const [project, ids] of this.#missing) {
      if (this.#room > 0) await this.#load(project, ids);
      else this.#leave(project, ids);
    }
  }

  async #load(project: string, missing: ReadonlySet<string>): Promise<void> {
    const left = new Set(missing);
    for await (const { traceId, spans } of loadStoredTraces(project, [...missing], this.#state)) {
      left.delete(traceId);
      this.#room -= spans.size;
      if (this.#room > 0) continue;
      this.#leave(project, left);
      break;
    }
  }

  #leave(project: string, ids: Iterable<string>): void {
    for (const id of ids) this.later.add(traceKey(project, id));
  }
}
