import type { Context, Span } from '@opentelemetry/api';
import { ATTR_COST_UNPRICED } from '@userspan/core/semconv';

/** Runs kept open at most. */
const MAX_OPEN_RUNS = 4096;
/** LangChain does not report that a stream was abandoned: a model without events for so long counts as abandoned. */
const MODEL_LEFT_AFTER_MS = 30 * 60_000;
/** An agent may wait for its tools, and a graph for people. */
const RUN_LEFT_AFTER_MS = 6 * 3_600_000;
const SWEEP_EVERY_MS = 60_000;

/** A run that goes on. A hidden one has no span: its context is that of the run above. */
export interface OpenRun {
  readonly parentRunId: string | undefined;
  readonly context: Context;
  readonly span: Span | undefined;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  /** Of a model: what there is to know at the end. */
  readonly model?: OpenModelRun;
  hasFirstChunk: boolean;
  /** When it last gave a sign of life. */
  lastMs: number;
}

/** What the end of a model's run needs of its start. */
export interface OpenModelRun {
  readonly operation: string;
  readonly provider: string;
  readonly requestModel: string | undefined;
  readonly baseUrl: string | undefined;
  readonly requestTier: string | undefined;
}

/** The runs that go on, by LangChain's run id. */
export class RunTable {
  readonly #runs = new Map<string, OpenRun>();
  #sweptMs = 0;

  get(runId: string | undefined): OpenRun | undefined {
    return runId === undefined ? undefined : this.#runs.get(runId);
  }

  /** Whether the run is known already: one handler may be passed twice. */
  has(runId: string): boolean {
    return this.#runs.has(runId);
  }

  add(runId: string, run: OpenRun): void {
    for (const [oldestId, oldest] of this.#runs) {
      if (this.#runs.size < MAX_OPEN_RUNS) break;
      this.#leave(oldestId, oldest);
    }
    this.touch(run.parentRunId, run.startMs);
    this.#runs.set(runId, run);
    if (run.startMs - this.#sweptMs >= SWEEP_EVERY_MS) this.#sweep(run.startMs);
  }

  /** Notes a sign of life of a run, and so of those above it. */
  touch(runId: string | undefined, nowMs: number): void {
    for (let run = this.get(runId); run !== undefined; run = this.get(run.parentRunId)) run.lastMs = nowMs;
  }

  /** Takes a run out, and with a root everything that was left open below it. */
  take(runId: string): OpenRun | undefined {
    const run = this.#runs.get(runId);
    if (run === undefined) return undefined;
    this.#runs.delete(runId);
    this.touch(run.parentRunId, Date.now());
    if (run.parentRunId === undefined && this.#runs.size > 0) this.#endBelow(runId);
    return run;
  }

  #sweep(nowMs: number): void {
    this.#sweptMs = nowMs;
    for (const [runId, run] of this.#runs) {
      const limitMs = run.model === undefined ? RUN_LEFT_AFTER_MS : MODEL_LEFT_AFTER_MS;
      if (nowMs - run.lastMs > limitMs) this.#leave(runId, run);
    }
  }

  #endBelow(rootId: string): void {
    const below = new Set([rootId]);
    // Runs are in the order of their start, so a parent comes before what is below it.
    for (const [runId, run] of this.#runs) {
      if (run.parentRunId === undefined || !below.has(run.parentRunId)) continue;
      below.add(runId);
      this.#leave(runId, run);
    }
  }

  #leave(runId: string, { span, model, lastMs }: OpenRun): void {
    this.#runs.delete(runId);
    if (model !== undefined) span?.setAttribute(ATTR_COST_UNPRICED, 'the answer was not read to its end');
    span?.end(lastMs);
  }
}
