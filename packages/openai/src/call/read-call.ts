import type { Context, Span } from '@opentelemetry/api';

import type { Endpoint } from '../endpoints/endpoint.ts';
import type { Client, RequestOptions } from '../patch/client-internals.ts';
import type { Patch } from '../patch/patch.ts';
import type { Host } from './host.ts';
import type { Outcome } from './outcome.ts';
import type { Recorder } from './recorder.ts';

/** What a call is made of, decided when its request is. */
export interface CallStart {
  /** The patch that records it; another one that sees the same request lets it pass. Absent for a line of a batch. */
  readonly patch?: Patch;
  readonly recorder: Recorder;
  readonly span: Span;
  /** Whether the span or a metric records the call; otherwise its answer is not read. */
  readonly isWatched: boolean;
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
  /** When a line of a batch job was answered; its span has no length. */
  readonly batchedAtEpochMs?: number;
}

/** What is known of a call when its answer was read: enough for its usage, its cost and its attributes. */
export interface ReadCall {
  readonly start: CallStart;
  readonly outcome: Outcome;
  /** Whether the provider accepted the request: from here on it is billed. */
  readonly isAnswered: boolean;
  readonly startedAtEpochMs: number;
}
