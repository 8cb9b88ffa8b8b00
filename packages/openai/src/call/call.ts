import type { Attributes, Context, Span } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@userspan/core';

import type { Client, RequestOptions } from '../patch/client-internals.ts';
import type { Patch } from '../patch/patch.ts';
import { outcomeAttributes } from './outcome-attributes.ts';
import type { Endpoint } from './endpoint.ts';
import type { ErrorFacts } from './error-type.ts';
import { errorFacts } from './error-type.ts';
import type { Host } from './host.ts';
import type { Outcome } from './outcome.ts';
import { readAnswer } from './read-answer.ts';
import type { Recorder } from './recorder.ts';
import { measuresOf } from './measures.ts';
import { usageOfCall } from './usage-of-call.ts';

/** What a call is made of, decided when its request is. */
export interface CallStart {
  readonly recorder: Recorder;
  readonly span: Span;
  /** The context that the request runs in: below the span, without our baggage. */
  readonly context: Context;
  readonly client: Client;
  readonly endpoint: Endpoint;
  readonly host: Host;
  /** What is sent: a copy, because the object may be the caller's, who may use it again. */
  readonly options: RequestOptions;
  /** The fields of the request; for a multipart one, from before it was encoded. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly isUsageAdded: boolean;
}

/**
 * One call: one request with its retries, until its answer was read. It ends exactly once, whatever comes first.
 */
export class Call {
  readonly start: CallStart;
  readonly outcome: Outcome = {};
  /** Whether anything is to be recorded; where not, nobody looks at chunks. */
  readonly isWatched: boolean;
  /** The patch that records it; another one that sees the same request lets it pass. */
  patch: Patch | undefined;
  /** Whether the provider took the request: from here on it costs. */
  isAnswered = false;
  /** Whether the library is parsing the answer, and reads of the response are its own. */
  isParsing = false;
  /** Whether somebody iterates the stream. */
  isStreaming = false;
  /** Chunks that were asked for and have not come. */
  chunksUnderWay = 0;
  /** When the request began, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  readonly startedAtEpochMs: number;
  #firstChunkAt = 0;
  #attempts = 0;
  #isEnded = false;

  constructor(start: CallStart) {
    this.start = start;
    this.isWatched = start.span.isRecording() || start.recorder.metrics.isCollected;
    this.startedAt = performance.now();
    this.startedAtEpochMs = Date.now();
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Says that the request goes out, again after the first time. */
  countAttempt(): void {
    this.#attempts += 1;
  }

  /** Says that a chunk of a stream has come. */
  countChunk(): void {
    if (this.#firstChunkAt === 0) this.#firstChunkAt = performance.now();
  }

  /** Ends the call with a whole answer. */
  answer(body: unknown): void {
    if (this.#isEnded) return;
    try {
      readAnswer(this.start.endpoint.api, body, this.outcome);
    } finally {
      this.end();
    }
  }

  /** Ends the call with what the library throws. */
  fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#finish(errorFacts(error, this.start.client));
  }

  /** Ends the call with what is known: it is done, or nobody reads on. */
  end(): void {
    if (this.#isEnded) return;
    const { failure } = this.outcome;
    this.#finish(failure === undefined ? undefined : { type: failure });
  }

  #finish(error: ErrorFacts | undefined): void {
    this.#isEnded = true;
    const { span, recorder } = this.start;
    if (this.isWatched) {
      const durationSeconds = (performance.now() - this.startedAt) / 1000;
      const firstChunkSeconds =
        this.#firstChunkAt === 0 ? undefined : (this.#firstChunkAt - this.startedAt) / 1000;
      const usage = usageOfCall(this);
      if (span.isRecording()) {
        span.setAttributes(outcomeAttributes(this, usage, firstChunkSeconds));
        if (this.#attempts > 1) span.setAttribute('http.request.resend_count', this.#attempts - 1);
        if (error !== undefined) this.#setError(error);
      }
      if (recorder.metrics.isCollected) {
        recorder.metrics.record(measuresOf(this, usage, error?.type, durationSeconds, firstChunkSeconds));
      }
    }
    span.end();
  }

  #setError(error: ErrorFacts): void {
    const { span } = this.start;
    const attributes: Attributes = { [ATTR_ERROR_TYPE]: error.type };
    if (error.status !== undefined) attributes['http.response.status_code'] = error.status;
    span.setAttributes(attributes);
    // Never the message: providers quote the prompt in it.
    const parts = [error.type, error.status, error.code].filter((part) => part !== undefined);
    span.setStatus({ code: SpanStatusCode.ERROR, message: parts.join(' ') });
  }
}
