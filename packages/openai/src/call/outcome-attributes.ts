import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_FINISH_REASONS,
  ATTR_OPENAI_RESPONSE_TIER,
  ATTR_RESPONSE_ID,
  ATTR_RESPONSE_MODEL,
  ATTR_TIME_TO_FIRST_CHUNK,
  costAttributes,
  usageAttributes,
} from '@userspan/core';
import type { Usage } from '@userspan/pricing';

import type { Call } from './call.ts';
import { costOfCall } from './cost-of-call.ts';

/** What a span ends with. */
export function outcomeAttributes(
  call: Call,
  usage: Usage,
  firstChunkSeconds: number | undefined,
): Attributes {
  const { outcome } = call;
  const attributes: Attributes = usageAttributes(usage);
  if (outcome.responseId !== undefined) attributes[ATTR_RESPONSE_ID] = outcome.responseId;
  if (outcome.model !== undefined) attributes[ATTR_RESPONSE_MODEL] = outcome.model;
  if (outcome.finishReasons !== undefined) attributes[ATTR_FINISH_REASONS] = outcome.finishReasons;
  if (outcome.serviceTier !== undefined) attributes[ATTR_OPENAI_RESPONSE_TIER] = outcome.serviceTier;
  if (outcome.fingerprint !== undefined)
    attributes['openai.response.system_fingerprint'] = outcome.fingerprint;
  if (outcome.dimensions !== undefined) attributes['gen_ai.embeddings.dimension.count'] = outcome.dimensions;
  if (firstChunkSeconds !== undefined) attributes[ATTR_TIME_TO_FIRST_CHUNK] = firstChunkSeconds;
  const cost = costOfCall(call, usage);
  if (cost !== undefined) Object.assign(attributes, costAttributes(cost));
  return attributes;
}
