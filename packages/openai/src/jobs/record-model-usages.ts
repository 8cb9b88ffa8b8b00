import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { costAttributes, usageAttributes } from '@userspan/core';
import { isResponseNoted, noteResponse } from '@userspan/core/internal';
import { ATTR_ERROR_TYPE, ATTR_RESPONSE_ID, ATTR_RESPONSE_MODEL } from '@userspan/core/semconv';
import { normalizeUsage, priceOf } from '@userspan/pricing';
import type { Cost, Usage } from '@userspan/pricing';

import type { Call } from '../call/call.ts';
import type { ModelUsage } from '../call/outcome.ts';
import { requestAttributes } from '../call/request-attributes.ts';

const CHAT = { operation: 'chat', api: 'chat' } as const;

/** Records one call below the span of a request that ran several models, or several turns, for each of them. */
export function recordModelUsages(call: Call): void {
  for (const used of call.outcome.modelUsages ?? []) {
    // Two streams of one session report the same turn.
    if (used.responseId !== undefined && isResponseNoted(used.responseId)) continue;
    recordOne(call, used);
    if (used.responseId !== undefined) noteResponse(used.responseId);
  }
}

function recordOne(call: Call, used: ModelUsage): void {
  const { host, recorder, context } = call.start;
  const usage = normalizeUsage('responses', used.usage);
  const attributes: Attributes = {
    ...requestAttributes(CHAT, host, { model: used.model }),
    ...(used.model === undefined ? {} : { [ATTR_RESPONSE_MODEL]: used.model }),
    ...(used.responseId === undefined ? {} : { [ATTR_RESPONSE_ID]: used.responseId }),
    ...(used.failure === undefined ? {} : { [ATTR_ERROR_TYPE]: used.failure }),
    ...usageAttributes(usage),
    ...costAttributes(costOf(call, used, usage)),
  };
  const name = used.model === undefined ? CHAT.operation : `${CHAT.operation} ${used.model}`;
  const startTime = call.startedAtEpochMs;
  const span = recorder.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime }, context);
  if (used.failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: used.failure });
  span.end();
}

function costOf(call: Call, used: ModelUsage, usage: Usage): Cost {
  const { host, recorder } = call.start;
  if (Object.keys(usage).length === 0) return { unpriced: 'the provider sent no usage' };
  return priceOf(
    {
      provider: host.provider,
      model: used.model,
      usage,
      at: call.startedAtEpochMs,
      baseUrl: host.baseUrl,
    },
    recorder.options.prices,
  );
}
