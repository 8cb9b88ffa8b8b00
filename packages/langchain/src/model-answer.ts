import type { Attributes } from '@opentelemetry/api';
import { costAttributes, usageAttributes } from '@userspan/core';
import { isResponseRecorded } from '@userspan/core/internal';
import {
  ATTR_FINISH_REASONS,
  ATTR_OPENAI_RESPONSE_TIER,
  ATTR_OPERATION_NAME,
  ATTR_RESPONSE_ID,
  ATTR_RESPONSE_MODEL,
  ATTR_USAGE_ESTIMATED,
} from '@userspan/core/semconv';
import { priceOf } from '@userspan/pricing';
import type { PriceOptions } from '@userspan/pricing';

import type { Generation, LLMResult } from './langchain-events.ts';
import { modelUsage } from './model-usage.ts';
import { fieldsOf, firstText } from './read-value.ts';
import type { OpenModelRun } from './run-table.ts';

/** Ids that LangChain generates if the provider sent none. */
const OWN_ID = /^(?:run-|lc_run-)/;

/**
 * The attributes of a model's answer.
 *
 * Without usage and cost if an instrumentation of the vendor's library has recorded the call below, because backends
 * would add up both. The response id links the two, so that the user in the metadata also applies to that call.
 */
export function answerAttributes(
  result: LLMResult,
  run: OpenModelRun,
  startMs: number,
  prices: PriceOptions | undefined,
): Attributes {
  const generation = result.generations?.[0]?.[0];
  const about = { ...generation?.generationInfo, ...generation?.message?.response_metadata };
  const responseId = responseIdOf(generation, about);
  const model = firstText(about['model_name'], about['model'], result.llmOutput?.['model_name']);
  const serviceTier = firstText(about['service_tier']);
  const finishReasons = finishReasonsOf(result);

  const attributes: Attributes = {};
  if (responseId !== undefined) attributes[ATTR_RESPONSE_ID] = responseId;
  if (model !== undefined) attributes[ATTR_RESPONSE_MODEL] = model;
  if (serviceTier !== undefined) attributes[ATTR_OPENAI_RESPONSE_TIER] = serviceTier;
  if (finishReasons.length > 0) attributes[ATTR_FINISH_REASONS] = finishReasons;
  if (responseId !== undefined && isResponseRecorded(responseId)) return attributes;

  const counted = modelUsage(result, generation);
  if (counted === undefined) return attributes;
  const { usage, isEstimated } = counted;
  Object.assign(attributes, usageAttributes(usage));
  if (isEstimated) attributes[ATTR_USAGE_ESTIMATED] = true;
  const { provider, requestModel, baseUrl, requestTier } = run;
  const request = {
    provider,
    baseUrl,
    model,
    requestModel,
    usage,
    serviceTier,
    requestServiceTier: requestTier,
    at: startMs,
  };
  return Object.assign(attributes, costAttributes(priceOf(request, prices)));
}

/**
 * The attributes of an answer from LangChain's cache. No model was called, so the operation is not one of those that
 * mean a call.
 */
export function cachedAttributes(run: OpenModelRun): Attributes {
  return { [ATTR_OPERATION_NAME]: `cached_${run.operation}` };
}

function responseIdOf(
  generation: Generation | undefined,
  about: Readonly<Record<string, unknown>>,
): string | undefined {
  const id = firstText(about['id'], generation?.message?.id);
  return id === undefined || OWN_ID.test(id) ? undefined : id;
}

function finishReasonsOf(result: LLMResult): string[] {
  const reasons: string[] = [];
  for (const generation of result.generations?.[0] ?? []) {
    const reason = firstText(
      generation.generationInfo?.['finish_reason'],
      generation.message?.response_metadata?.['finish_reason'],
      fieldsOf(generation.message?.response_metadata)['stop_reason'],
    );
    if (reason !== undefined) reasons.push(reason);
  }
  return reasons;
}
