import type { Attributes, Tracer, TracerProvider } from '@opentelemetry/api';
import { SpanKind, context as contextApi } from '@opentelemetry/api';
import { setCurrentSpan, tracerOf } from '@userspan/core/internal';
import { ATTR_TAGS, ATTR_USER_SOURCE } from '@userspan/core/semconv';

import type { Metadata } from './langchain-events.ts';
import { markFailed } from './run-error.ts';
import { ownerOf } from './run-owner.ts';
import { RunTable } from './run-table.ts';
import type { OpenModelRun, OpenRun } from './run-table.ts';
import { ownTags } from './run-tags.ts';
import { VERSION } from './version.ts';

/** LangChain's ids of a run, with the caller's tags and metadata. */
export interface RunIds {
  readonly runId: string;
  readonly parentRunId: string | undefined;
  readonly tags: readonly string[] | undefined;
  readonly metadata: Metadata | undefined;
}

/** The span of a run that starts. */
export interface RunStart {
  readonly name: string;
  readonly attributes: Attributes;
  /** Present for a model, whose span is a client span. */
  readonly model?: OpenModelRun;
  /** Called only if content is recorded. */
  readonly content: () => Attributes;
}

/** Starts and ends the spans of runs. */
export class RunRecorder {
  readonly #provider: TracerProvider | undefined;
  readonly #capturesContent: () => boolean;
  readonly #runs = new RunTable();

  constructor(provider: TracerProvider | undefined, capturesContent: () => boolean) {
    this.#provider = provider;
    this.#capturesContent = capturesContent;
  }

  /** Starts a span below that of the parent run, or below the current span for a root run. */
  start(
    { runId, parentRunId, tags, metadata }: RunIds,
    { name, attributes, model, content }: RunStart,
  ): void {
    if (this.#runs.has(runId)) return;
    const own = ownTags(tags);
    const above = this.#runs.get(parentRunId)?.context ?? contextApi.active();
    const owner = ownerOf(metadata, own, above);
    const startMs = Date.now();
    const span = this.#tracer().startSpan(
      name,
      {
        kind: model === undefined ? SpanKind.INTERNAL : SpanKind.CLIENT,
        attributes: {
          ...attributes,
          ...owner.attributes,
          ...(model !== undefined && owner.namesUser ? { [ATTR_USER_SOURCE]: 'call' } : {}),
          ...(own === undefined ? {} : { [ATTR_TAGS]: own }),
        },
        startTime: startMs,
      },
      owner.context,
    );
    if (span.isRecording() && this.#capturesContent()) span.setAttributes(content());
    const context = setCurrentSpan(owner.context, span);
    const run: OpenRun = { parentRunId, context, span, startMs, lastMs: startMs, hasFirstChunk: false };
    this.#runs.add(runId, model === undefined ? run : { ...run, model });
  }

  /** Adds a run without a span. Its children become children of the run above. */
  passThrough({ runId, parentRunId, tags, metadata }: RunIds): void {
    const above = this.#runs.get(parentRunId)?.context ?? contextApi.active();
    const { context } = ownerOf(metadata, ownTags(tags), above);
    const startMs = Date.now();
    const run = { parentRunId, context, span: undefined, startMs, lastMs: startMs, hasFirstChunk: false };
    this.#runs.add(runId, run);
  }

  /** Records a chunk. Returns the run for its first chunk. */
  chunk(runId: string): OpenRun | undefined {
    const run = this.#runs.get(runId);
    if (run === undefined) return undefined;
    this.#runs.touch(runId, Date.now());
    if (run.hasFirstChunk) return undefined;
    run.hasFirstChunk = true;
    return run;
  }

  /** Ends a run that succeeded. */
  end(runId: string, attributesOf?: (run: OpenRun) => Attributes): void {
    const run = this.#runs.take(runId);
    if (run?.span === undefined) return;
    try {
      if (attributesOf !== undefined && run.span.isRecording()) run.span.setAttributes(attributesOf(run));
    } finally {
      run.span.end();
    }
  }

  /** Ends a run that threw. */
  fail(runId: string, error: unknown): void {
    const span = this.#runs.take(runId)?.span;
    if (span === undefined) return;
    try {
      markFailed(span, error, this.#capturesContent());
    } finally {
      span.end();
    }
  }

  #tracer(): Tracer {
    const name = '@userspan/langchain';
    return this.#provider === undefined ? tracerOf(name, VERSION) : this.#provider.getTracer(name, VERSION);
  }
}
