import type { Context, Span } from '@opentelemetry/api';
import { ATTR_COST_UNPRICED } from '@userspan/core/semconv';

/** Maximum number of open runs. */
const MAX_OPEN_RUNS = 4096;
/** LangChain does not report abandoned streams. A model run without events for this time counts as abandoned. */
const MODEL_LEFT_AFTER_MS = 30 * 60_000;
/** The same for other runs, which may wait for tools or people. */
const RUN_LEFT_AFTER_MS = 6 * 3_600_000;
const SWEEP_EVERY_MS = 60_000;

/** An open run. A hidden one has no span and the context of the run above. */
export interface OpenRun {
  readonly parentRunId: string | undefined;
  readonly context: Context;
  readonly span: Span | undefined;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  /** For a model run: data that its end needs. */
  readonly model?: OpenModelRun;
  hasFirstChunk: boolean;
  /** Time of its last event. */
  lastMs: number;
}

/** Data from the start of a model's run that its end needs. */
export interface OpenModelRun {
  readonly operation: string;
  readonly provider: string;
  readonly requestModel: string | undefined;
  readonly baseUrl: string | undefined;
  readonly requestTier: string | undefined;
}

/** The open runs, by LangChain's run id. */
export class RunTable {
  readonly #runs = new Map<string, OpenRun>();
  #sweptMs = 0;

  get(runId: string | undefined): OpenRun | undefined {
    return runId === undefined ? undefined : this.#runs.get(runId);
  }

  /** Whether the run is already known, because a handler may be passed twice. */
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

  /** Records an event of a run, which also counts for its ancestors. */
  touch(runId: string | undefined, nowMs: number): void {
    for (let run = this.get(runId); run !== undefined; run = this.get(run.parentRunId)) run.lastMs = nowMs;
  }

  /** Removes a run. With a root run, also removes all runs that are still open below it. */
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
    // Runs are ordered by start, so a parent comes before its children.
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
