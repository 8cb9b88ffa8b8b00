import type { Attributes, Context, Link } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { costAttributes, usageAttributes } from '@userspan/core';
import { recordResponse, threadIn } from '@userspan/core/internal';
import {
  ATTR_CONVERSATION_ID,
  ATTR_ERROR_TYPE,
  ATTR_FINISH_REASONS,
  ATTR_OPENAI_RESPONSE_TIER,
  ATTR_OUTPUT_TYPE,
  ATTR_RESPONSE_ID,
  ATTR_RESPONSE_MODEL,
  ATTR_TAGS,
  ATTR_TIME_TO_FIRST_CHUNK,
} from '@userspan/core/semconv';
import { dollarsOf } from '@userspan/pricing';
import type { CostInDollars, UnpricedCost, Usage } from '@userspan/pricing';

import { answerContent, capturesContent } from '../content/capture-content.ts';
import type { Message } from '../content/message.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { Host } from './host.ts';
import { seriesOfKind } from '../metrics/call-series.ts';
import type { Recorder } from './recorder.ts';
import { requestAttributes } from '../request/request-attributes.ts';

/** A call that has ended before it is recorded: one response of a session, or one model of an evaluation. */
export interface FinishedCall {
  readonly recorder: Recorder;
  readonly host: Host;
  /** The context with parent, user and thread. */
  readonly context: Context;
  readonly endpoint: Pick<Endpoint, 'operation' | 'apiType' | 'outputType'>;
  /** Fields of the request that the conventions have names for. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly model: string | undefined;
  readonly usage: Usage;
  readonly startedAtEpochMs: number;
  readonly endedAtEpochMs?: number;
  readonly firstChunkSeconds?: number | undefined;
  readonly responseId?: string | undefined;
  /** Id of the provider's conversation. Inside a thread of the app, that thread's id is recorded instead. */
  readonly conversationId?: string | undefined;
  readonly finishReasons?: readonly string[] | undefined;
  readonly serviceTier?: string | undefined;
  /** The tier that was requested, for an answer that does not name its tier. */
  readonly requestServiceTier?: string | undefined;
  readonly outputType?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly link?: Link | undefined;
  /** `error.type` */
  readonly failure?: string | undefined;
  /** `output` of a response, which contains billed tools. */
  readonly output?: readonly unknown[] | undefined;
  readonly messages?: readonly Message[] | undefined;
  /** Why there is no cost; undefined if it is computed from the usage. */
  readonly unpriced?: string | undefined;
  /** Whether it was refused and so costs nothing. */
  readonly isRefused?: boolean;
}

/** Records a complete call with its span, cost and metrics. */
export function recordFinishedCall(call: FinishedCall): void {
  const { recorder, model, endpoint, usage, failure, link } = call;
  const endedAtEpochMs = call.endedAtEpochMs ?? Date.now();
  const name = model === undefined ? endpoint.operation : `${endpoint.operation} ${model}`;
  const attributes: Attributes = {
    ...requestAttributes(endpoint, call.host, { model, ...call.fields }),
    ...outcomeAttributes(call),
  };
  if (threadIn(call.context) !== undefined) delete attributes[ATTR_CONVERSATION_ID];
  const span = recorder.tracer.startSpan(
    name,
    {
      kind: SpanKind.CLIENT,
      startTime: call.startedAtEpochMs,
      attributes,
      ...(link === undefined ? {} : { links: [link] }),
    },
    call.context,
  );
  if (span.isRecording()) {
    span.setAttributes(usageAttributes(usage));
    const cost = costOf(call);
    if (cost !== undefined) span.setAttributes(costAttributes(cost));
    if (call.messages !== undefined && capturesContent(recorder.options)) {
      span.setAttributes(answerContent(call.messages, recorder.options));
    }
  }
  if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end(endedAtEpochMs);
  if (call.responseId !== undefined) recordResponse(call.responseId);
  if (!recorder.metrics.isCollected) return;
  const series = seriesOfKind(endpoint.operation, call.host, model, model, failure);
  const durationSeconds = Math.max(endedAtEpochMs - call.startedAtEpochMs, 0) / 1000;
  const { inputTokens, outputTokens } = usage;
  recorder.metrics.record(series, durationSeconds, call.firstChunkSeconds, inputTokens, outputTokens);
}

function outcomeAttributes(call: FinishedCall): Attributes {
  const values: Record<string, string | number | string[] | undefined> = {
    [ATTR_RESPONSE_ID]: call.responseId,
    [ATTR_RESPONSE_MODEL]: call.model,
    [ATTR_FINISH_REASONS]: call.finishReasons === undefined ? undefined : [...call.finishReasons],
    [ATTR_OPENAI_RESPONSE_TIER]: call.serviceTier,
    [ATTR_OUTPUT_TYPE]: call.outputType,
    [ATTR_CONVERSATION_ID]: call.conversationId,
    [ATTR_TIME_TO_FIRST_CHUNK]: call.firstChunkSeconds,
    [ATTR_TAGS]: call.tags === undefined ? undefined : [...call.tags],
    [ATTR_ERROR_TYPE]: call.failure,
  };
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) attributes[name] = value;
  return attributes;
}

function costOf(call: FinishedCall): CostInDollars | UnpricedCost | undefined {
  const { recorder, host, usage, model } = call;
  if (call.isRefused === true) return undefined;
  if (call.unpriced !== undefined) return { unpriced: call.unpriced };
  if (Object.keys(usage).length === 0) return { unpriced: 'the provider sent no usage' };
  return dollarsOf(
    {
      provider: host.provider,
      model,
      usage,
      serviceTier: call.serviceTier,
      requestServiceTier: call.requestServiceTier,
      at: call.startedAtEpochMs,
      baseUrl: host.baseUrl,
      output: call.output,
    },
    recorder.options.prices,
  );
}
