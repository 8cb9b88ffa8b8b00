import type { AttributeValue, Span } from '@opentelemetry/api';
import { setCost, setUsage } from '@userspan/core/internal';
import {
  ATTR_FINISH_REASONS,
  ATTR_OPENAI_RESPONSE_TIER,
  ATTR_RESPONSE_ID,
  ATTR_RESPONSE_MODEL,
  ATTR_TIME_TO_FIRST_CHUNK,
} from '@userspan/core/semconv';
import type { Usage } from '@userspan/pricing';

import type { ReadCall } from './read-call.ts';
import { costOfCall } from './cost-of-call.ts';

/** Writes the final attributes of a span one by one, without an object for them. */
export function recordOutcome(
  span: Span,
  call: ReadCall,
  usage: Usage,
  firstChunkSeconds: number | undefined,
): void {
  const { outcome } = call;
  set(span, ATTR_RESPONSE_ID, outcome.responseId);
  set(span, ATTR_RESPONSE_MODEL, outcome.model);
  set(span, ATTR_FINISH_REASONS, outcome.finishReasons);
  // Batches have separate prices, so the tier must be on the span.
  const tier = call.start.batchedAtEpochMs === undefined ? outcome.serviceTier : 'batch';
  set(span, ATTR_OPENAI_RESPONSE_TIER, tier);
  set(span, 'openai.response.system_fingerprint', outcome.fingerprint);
  set(span, 'gen_ai.embeddings.dimension.count', outcome.dimensions);
  set(span, ATTR_TIME_TO_FIRST_CHUNK, firstChunkSeconds);
  setUsage(span, usage);
  const cost = costOfCall(call, usage);
  if (cost !== undefined) setCost(span, cost);
}

function set(span: Span, name: string, value: AttributeValue | undefined): void {
  if (value !== undefined) span.setAttribute(name, value);
}
