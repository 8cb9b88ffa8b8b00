import type { Attributes } from '@opentelemetry/api';
import { diag, SpanStatusCode } from '@opentelemetry/api';
import { recordFailure } from '@userspan/core/internal';
import { ATTR_ERROR_TYPE, ATTR_FAILURE_ID, ATTR_USAGE_ESTIMATED } from '@userspan/core/semconv';

import { outputMessages } from '../content/answer-content.ts';
import { answerContent, capturesContent, requestContent } from '../content/capture-content.ts';
import { isEstimable } from '../content/estimate-usage.ts';

import { Transcript } from '../stream/transcript.ts';
import { releaseAllRequests, releaseRequest } from './claimed-requests.ts';
import type { ErrorFacts } from './error-type.ts';
import { errorFacts } from './error-type.ts';
import type { Outcome } from './outcome.ts';
import { unknownOutcome } from './outcome.ts';
import type { OpenCall } from './open-calls.ts';
import { currentSweep, followOpenCall, forgetOpenCall } from './open-calls.ts';
import { readAnswer } from './read-answer.ts';
import type { CallStart, ReadCall } from './read-call.ts';
import { asText } from './record.ts';
import { seriesOfKind } from '../metrics/call-series.ts';
import { recordOutcome } from './record-outcome.ts';
import { estimatedUsageOfCall, usageOfCall } from './usage-of-call.ts';
import { WaitingCalls } from './waiting-calls.ts';
import { recordModelUsages } from '../jobs/record-model-usages.ts';

/** Calls whose answers are created in the background. */
export const waitingCalls: WaitingCalls<Call> = new WaitingCalls<Call>();

/** One call: a request with its retries, until its answer is read. It ends exactly once. */
export class Call implements ReadCall, OpenCall {
  readonly start: CallStart;
  readonly outcome: Outcome = unknownOutcome();
  /** The text of a stream, if content is captured or tokens are estimated. */
  readonly transcript: Transcript | undefined;
  /** Whether anything is recorded. If not, chunks are not read. */
  readonly isWatched: boolean;
  /** Whether the library repeated the request with a copy of its options. */
  isRequestRepeated = false;
  /** Whether the provider accepted the request, so that it is billed. */
  isAnswered = false;
  /** Whether the library is parsing the answer, so that reads of the response are not the caller's. */
  isParsing = false;
  /** Whether the caller iterates the stream. */
  isStreaming = false;
  /** Number of chunks that were requested and have not arrived. */
  chunksUnderWay = 0;
  readonly startedAtEpochMs: number;
  /** Whether the answer consists of server-sent events. A poll of a background job may be a stream, unlike its request. */
  isEventStream: boolean;
  /** The sweep (see `open-calls.ts`) of its last activity. */
  sweep = 0;
  /** The object from which the answer is read, until the finalization registry watches it. */
  readFrom: object | undefined;
  /** Whether garbage collection of that object ends the call. */
  isDropWatched = false;
  /** Whether it is in the list of open calls. */
  isOpen = false;
  newer: OpenCall | undefined;
  older: OpenCall | undefined;
  /** Whether its response is created in the background. */
  isWaiting = false;
  readonly #capturesContent: boolean;
  readonly #wantsText: boolean;
  /** Start of the request as `performance.now()`; undefined if no time is measured. */
  readonly #startedAt: number | undefined;
  #firstChunkAt = 0;
  #attempts = 0;
  #isEnded = false;

  constructor(start: CallStart) {
    this.start = start;
    const { span, recorder } = start;
    this.isWatched = start.isWatched;
    this.#capturesContent = span.isRecording() && capturesContent(recorder.options);
    this.#wantsText =
      this.#capturesContent ||
      (this.isWatched && recorder.options.countTokens !== undefined && isEstimable(start.endpoint.api));
    if (this.#capturesContent) {
      span.setAttributes(requestContent(start.endpoint.api, start.fields, recorder.options));
    }
    this.isEventStream = start.options.stream === true || start.fields['stream_format'] === 'sse';
    if (this.#wantsText && this.isEventStream) this.transcript = new Transcript();
    if (this.isEventStream || recorder.metrics.isCollected) this.#startedAt = performance.now();
    this.startedAtEpochMs = start.batchedAtEpochMs ?? Date.now();
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether reads of the response are the caller's and not the library's. */
  get isOpenToReaders(): boolean {
    return this.isWatched && !this.#isEnded && !this.isParsing && !this.isStreaming;
  }

  /** Records that the answer has arrived. */
  answered(): void {
    this.isAnswered = true;
    followOpenCall(this);
  }

  /** Records that the caller is reading. */
  touch(): void {
    this.sweep = currentSweep();
  }

  /** Counts an attempt: the request, and each retry. */
  countAttempt(): void {
    this.#attempts += 1;
  }

  /** Records that a chunk of a stream has arrived. */
  countChunk(): void {
    this.touch();
    if (this.#firstChunkAt === 0) this.#firstChunkAt = performance.now();
  }

  /** Ends the call with a whole answer. */
  answer(body: unknown): void {
    if (this.#isEnded) return;
    const { api } = this.start.endpoint;
    try {
      readAnswer(api, body, this.outcome, this.start.fields);
      if (this.#wantsText) {
        this.outcome.messages = outputMessages(api, body, this.outcome.finishReasons?.[0]);
      }
    } catch (problem) {
      warnUnread(problem);
    }
    this.end();
  }

  /** Ends the call with an error that the library throws. */
  fail(error: unknown): void {
    if (this.#isEnded || this.#waits()) return;
    if (this.isWatched) this.#recordFailure(error);
    this.#finish(errorFacts(error, this.start.client));
  }

  /**
   * Ends the call with everything known so far, because it is complete or reading has stopped. A background job stays
   * open until it is complete.
   */
  end(): void {
    if (!this.#waits()) this.close();
  }

  /**
   * Ends the call at the end of its stream. A stream without any event is an error: gateways answer with status 200 and an
   * error in JSON, which the library skips. Only the events of an agent may be none.
   */
  endStream(): void {
    if (this.#firstChunkAt === 0 && this.start.endpoint.api !== 'agents') {
      this.outcome.failure ??= 'empty_stream';
    }
    this.end();
  }

  /** Ends the call, even a background job. */
  close(): void {
    if (this.#isEnded) return;
    const { failure } = this.outcome;
    this.#finish(failure === undefined ? undefined : { type: failure });
  }

  #waits(): boolean {
    if (this.#isEnded || this.outcome.isPending !== true) return false;
    const path = this.#pollPath();
    if (path === undefined) return false;
    this.isWaiting = true;
    // The stream may be read again when the caller polls the job.
    this.isStreaming = false;
    this.touch();
    waitingCalls.add(path, this);
    return true;
  }

  /** The path at which a background job is polled. */
  #pollPath(): string | undefined {
    const { pollPath, responseId } = this.outcome;
    if (pollPath !== undefined || responseId === undefined) return pollPath;
    return this.start.fields['background'] === true ? `/responses/${responseId}` : undefined;
  }

  #finish(error: ErrorFacts | undefined): void {
    this.#isEnded = true;
    forgetOpenCall(this);
    if (this.isRequestRepeated) {
      releaseAllRequests(this);
    } else {
      releaseRequest(this.start.options);
    }
    const path = this.isWaiting ? this.#pollPath() : undefined;
    if (path !== undefined) waitingCalls.remove(path);
    const { span } = this.start;
    try {
      if (this.isWatched) this.#record(error);
    } catch (problem) {
      warnUnread(problem);
    }
    try {
      span.end(this.start.batchedAtEpochMs);
    } catch (problem) {
      diag.warn('@userspan/openai: a span processor threw', nameOf(problem));
    }
  }

  #record(error: ErrorFacts | undefined): void {
    const { span, recorder } = this.start;
    const firstChunkSeconds = this.#firstChunkAt === 0 ? undefined : this.#secondsUntil(this.#firstChunkAt);
    if (error !== undefined) this.#setError(error);
    const messages = this.outcome.messages ?? this.transcript?.messages();
    const counted = usageOfCall(this);
    const estimated = estimatedUsageOfCall(this, counted, messages);
    const usage = estimated ?? counted;
    if (span.isRecording()) {
      recordOutcome(span, this, usage, firstChunkSeconds);
      if (this.#attempts > 1) span.setAttribute('http.request.resend_count', this.#attempts - 1);
      if (this.outcome.modelUsages !== undefined) recordModelUsages(this);
      if (estimated !== undefined) span.setAttribute(ATTR_USAGE_ESTIMATED, true);
      if (this.#capturesContent && messages !== undefined) {
        span.setAttributes(answerContent(messages, recorder.options));
      }
    }
    if (recorder.metrics.isCollected) {
      const { host, endpoint, fields } = this.start;
      const requestModel = asText(fields['model']);
      const isLineOfBatch = this.start.batchedAtEpochMs !== undefined;
      const durationSeconds = isLineOfBatch ? undefined : this.#secondsUntil(performance.now());
      const series = seriesOfKind(endpoint.operation, host, requestModel, this.outcome.model, error?.type);
      const { inputTokens, outputTokens } = usage;
      recorder.metrics.record(series, durationSeconds, firstChunkSeconds, inputTokens, outputTokens);
    }
  }

  #secondsUntil(now: number): number | undefined {
    return this.#startedAt === undefined ? undefined : (now - this.#startedAt) / 1000;
  }

  /** Marks the error, so that an outer record of the same call with the same error is not counted as a second call. */
  #recordFailure(error: unknown): void {
    const { span } = this.start;
    const { traceId, spanId } = span.spanContext();
    const id = `${traceId}-${spanId}`;
    span.setAttribute(ATTR_FAILURE_ID, id);
    recordFailure(error, id);
  }

  #setError(error: ErrorFacts): void {
    const { span } = this.start;
    const attributes: Attributes = { [ATTR_ERROR_TYPE]: error.type };
    if (error.status !== undefined) attributes['http.response.status_code'] = error.status;
    span.setAttributes(attributes);
    // Never includes the message, in which providers may quote the prompt.
    const parts = [error.type, error.status, error.code].filter((part) => part !== undefined);
    span.setStatus({ code: SpanStatusCode.ERROR, message: parts.join(' ') });
  }
}

function warnUnread(problem: unknown): void {
  diag.warn('@userspan/openai: a call could not be read completely', nameOf(problem));
}

function nameOf(problem: unknown): string {
  return problem instanceof Error ? problem.name : typeof problem;
}
