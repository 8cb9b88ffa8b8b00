import type { Context, Span } from '@opentelemetry/api';

import type { Endpoint } from '../endpoints/endpoint.ts';
import type { Client, RequestOptions } from '../patch/client-internals.ts';
import type { Patch } from '../patch/patch.ts';
import type { Host } from './host.ts';
import type { Outcome } from './outcome.ts';
import type { Recorder } from './recorder.ts';

/** The facts of a call that are known when its request starts. */
export interface CallStart {
  /** The patch that records it. Other patches ignore the same request. Absent for a line of a batch. */
  readonly patch?: Patch;
  readonly recorder: Recorder;
  readonly span: Span;
  /** Whether the span or a metric records the call. If not, the answer is not read. */
  readonly isWatched: boolean;
  /** The context of the request: with the span, without our baggage. */
  readonly context: Context;
  readonly client: Client;
  readonly endpoint: Endpoint;
  readonly host: Host;
  /** The options that are sent. A copy, because the caller may use the original again. */
  readonly options: RequestOptions;
  /** The fields of the request; for a multipart request, before encoding. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly isUsageAdded: boolean;
  /** For a line of a batch job, the time of its answer. The span has no duration. */
  readonly batchedAtEpochMs?: number;
}

/** A call whose answer was read, with everything that usage, cost and attributes need. */
export interface ReadCall {
  readonly start: CallStart;
  readonly outcome: Outcome;
  /** Whether the provider accepted the request, so that it is billed. */
  readonly isAnswered: boolean;
  readonly startedAtEpochMs: number;
}
