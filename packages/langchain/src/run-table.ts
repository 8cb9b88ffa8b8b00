import type { Context, Span } from '@opentelemetry/api';

/** Runs kept open at most. One is left behind by each stream that nobody reads to its end. */
const MAX_OPEN_RUNS = 4096;

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

  get(runId: string | undefined): OpenRun | undefined {
    return runId === undefined ? undefined : this.#runs.get(runId);
  }

  add(runId: string, run: OpenRun): void {
    this.#runs.set(runId, run);
    if (this.#runs.size <= MAX_OPEN_RUNS) return;
    for (const [oldestId, oldest] of this.#runs) {
      oldest.span?.end();
      this.#runs.delete(oldestId);
      return;
    }
  }

  /** Takes a run out, and with a root everything that was left open below it. */
  take(runId: string): OpenRun | undefined {
    const run = this.#runs.get(runId);
    if (run === undefined) return undefined;
    this.#runs.delete(runId);
    if (run.parentRunId === undefined && this.#runs.size > 0) this.#endBelow(runId);
    return run;
  }

  #endBelow(rootId: string): void {
    const below = new Set([rootId]);
    // Runs are in the order of their start, so a parent comes before what is below it.
    for (const [runId, run] of this.#runs) {
      if (run.parentRunId === undefined || !below.has(run.parentRunId)) continue;
      below.add(runId);
      run.span?.end();
      this.#runs.delete(runId);
    }
  }
}
