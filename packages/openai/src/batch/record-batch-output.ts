import { context, metrics, SpanKind } from '@opentelemetry/api';
import type { UserProps } from '@userspan/core';
import { setUser, userAttributes } from '@userspan/core';
import { setCurrentSpan, toUser, tracerOf } from '@userspan/core/internal';

import { Call } from '../call/call.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { hostOf } from '../call/host.ts';
import { CallMetrics } from '../metrics/call-metrics.ts';
import { asNumber, asRecord, asText } from '../call/record.ts';
import type { Recorder } from '../call/recorder.ts';
import { requestAttributes } from '../request/request-attributes.ts';
import { readEnvironment } from '../environment.ts';
import type { OpenAIInstrumentationOptions } from '../options.ts';
import { resolveOptions } from '../options.ts';
import { SCOPE_NAME, SCOPE_VERSION } from '../version.ts';
import type { BatchOutputLine } from './batch-line.ts';
import { endpointOfLine, isFirstReading, parseBatchLine } from './batch-line.ts';
import type { BatchFile } from './batch-lines.ts';
import { batchLines } from './batch-lines.ts';

/** Options of `recordBatchOutput`. */
export interface RecordBatchOptions extends Pick<
  OpenAIInstrumentationOptions,
  'prices' | 'captureContent' | 'maxContentBytes' | 'redact'
> {
  /** Returns the user of a line, because output files do not contain users. Default: the user of the context. */
  readonly userOf?: (
    line: BatchOutputLine,
  ) => { readonly userId: string; readonly userProps?: UserProps } | undefined;
  /** Base URL of the client that ran the batch. Default OpenAI's. */
  readonly baseURL?: string;
}

/** Result of `recordBatchOutput`. */
export interface RecordedBatch {
  /** Every line of the file, in order. */
  readonly lines: readonly BatchOutputLine[];
  /** Number of lines that were recorded as calls. */
  readonly recorded: number;
  /** Number of lines that were not recorded: recorded before, failed without cost, or invalid. */
  readonly skipped: number;
}

/**
 * Reads the output file of a batch job and records each of its lines as a call, with its usage, at batch prices:
 * `await recordBatchOutput(await client.files.content(batch.output_file_id))`.
 *
 * A process records each line once, even if the file is read repeatedly. The span has the time of the answer and no
 * duration.
 *
 * @throws if the file cannot be read.
 */
export async function recordBatchOutput(
  file: BatchFile,
  options: RecordBatchOptions = {},
): Promise<RecordedBatch> {
  const { userOf, baseURL = 'https://api.openai.com/v1', ...rest } = options;
  const recorder = batchRecorder(rest);
  const lines: BatchOutputLine[] = [];
  let recorded = 0;
  let skipped = 0;
  for await (const text of batchLines(file)) {
    if (text.trim() === '') continue;
    const line = parseBatchLine(text);
    if (line !== undefined) lines.push(line);
    const body = asRecord(asRecord(line?.response)?.['body']);
    const endpoint = body === undefined ? undefined : endpointOfLine(body);
    if (line === undefined || body === undefined || endpoint === undefined || !isFirstReading(line)) {
      skipped += 1;
      continue;
    }
    startLine(body, endpoint, recorder, baseURL, userOf?.(line)).answer(body);
    recorded += 1;
  }
  return { lines, recorded, skipped };
}

function batchRecorder(options: OpenAIInstrumentationOptions): Recorder {
  return {
    isEnabled: true,
    tracer: tracerOf(SCOPE_NAME, SCOPE_VERSION),
    metrics: new CallMetrics(metrics.getMeter(SCOPE_NAME, SCOPE_VERSION)),
    options: resolveOptions(options, readEnvironment()),
  };
}

function startLine(
  body: Readonly<Record<string, unknown>>,
  endpoint: Endpoint,
  recorder: Recorder,
  baseURL: string,
  named: { readonly userId: string; readonly userProps?: UserProps } | undefined,
): Call {
  const host = hostOf(baseURL);
  const seconds = asNumber(body['created']) ?? asNumber(body['created_at']);
  const startTime = seconds === undefined ? Date.now() : seconds * 1000;
  const fields = { model: body['model'] };
  const user = named === undefined ? undefined : toUser(named.userId, named.userProps);
  const active = context.active();
  const parent = user === undefined ? active : setUser(active, user);
  const attributes = {
    ...requestAttributes(endpoint, host, fields),
    ...(user === undefined ? {} : userAttributes(user)),
  };
  const model = asText(fields.model);
  const name = model === undefined ? endpoint.operation : `${endpoint.operation} ${model}`;
  const span = recorder.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime }, parent);
  const call = new Call({
    recorder,
    span,
    isWatched: true,
    context: setCurrentSpan(parent, span),
    client: { baseURL },
    endpoint,
    host,
    options: {},
    fields,
    isUsageAdded: false,
    batchedAtEpochMs: startTime,
  });
  call.isAnswered = true;
  return call;
}
