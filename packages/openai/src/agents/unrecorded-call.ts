import type { Attributes } from '@opentelemetry/api';
import { costAttributes, usageAttributes } from '@userspan/core';
import { isResponseRecorded } from '@userspan/core/internal';
import {
  ATTR_OPERATION_NAME,
  ATTR_PROVIDER_NAME,
  ATTR_REQUEST_MODEL,
  ATTR_RESPONSE_ID,
  ATTR_RESPONSE_MODEL,
} from '@userspan/core/semconv';
import type { PriceOptions, Usage } from '@userspan/pricing';
import { normalizeUsage, priceOf } from '@userspan/pricing';

import { asText } from '../call/record.ts';
import type { SpanDescription } from './describe-step.ts';
import { fieldsOf } from './traced.ts';
import type { StepData } from './traced.ts';

/** A model step whose answer no instrumentation has recorded. */
interface Answer {
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly requestModel: string | undefined;
  readonly responseId: string | undefined;
  readonly serviceTier: string | undefined;
  readonly usage: Usage;
}

/**
 * The span of a model call that nothing else has recorded; undefined for other steps and for calls that failed or are
 * already recorded.
 *
 * The SDK's models for OpenAI call the `openai` package, whose instrumentation records more than the SDK reports. Other
 * models (`aisdk(…)` of `@openai/agents-extensions`, an app's own `Model`) are only reported by the SDK's step.
 */
export function unrecordedCall(
  data: StepData,
  startMs: number,
  prices: PriceOptions | undefined,
): SpanDescription | undefined {
  const answer = data.type === 'response' ? ofResponse(data) : ofGeneration(data);
  if (answer === undefined) return undefined;
  const { provider, model, requestModel, responseId, serviceTier, usage } = answer;
  if (responseId !== undefined && isResponseRecorded(responseId)) return undefined;
  const attributes: Attributes = { [ATTR_OPERATION_NAME]: 'chat', ...usageAttributes(usage) };
  if (provider !== undefined) attributes[ATTR_PROVIDER_NAME] = provider;
  if (requestModel !== undefined) attributes[ATTR_REQUEST_MODEL] = requestModel;
  if (model !== undefined) attributes[ATTR_RESPONSE_MODEL] = model;
  if (responseId !== undefined) attributes[ATTR_RESPONSE_ID] = responseId;
  const hasUsage = Object.keys(usage).length > 0;
  const cost = hasUsage
    ? priceOf(
        {
          provider: provider ?? '',
          model: model ?? requestModel,
          requestModel,
          usage,
          serviceTier,
          at: startMs,
        },
        prices,
      )
    : { unpriced: 'the provider sent no usage' };
  Object.assign(attributes, costAttributes(cost));
  return { name: `chat ${requestModel ?? model ?? 'unknown'}`, attributes };
}

function ofResponse(data: StepData): Answer | undefined {
  const fields = fieldsOf(data);
  const response = fieldsOf(fields['_response']);
  const responseId = asText(fields['response_id']) ?? asText(response['id']);
  if (responseId === undefined) return undefined;
  const model = asText(response['model']);
  return {
    provider: 'openai',
    model,
    requestModel: model,
    responseId,
    serviceTier: asText(response['service_tier']),
    usage: normalizeUsage('responses', response['usage']),
  };
}

function ofGeneration(data: StepData): Answer | undefined {
  if (data.type !== 'generation') return undefined;
  const fields = fieldsOf(data);
  const outputs = Array.isArray(fields['output']) ? (fields['output'] as readonly unknown[]) : [];
  const completion = fieldsOf(outputs[0]);
  const isCompletion = Array.isArray(completion['choices']);
  if (outputs.length === 0 && fields['usage'] === undefined) return undefined;
  const { provider, model: requestModel } = providerAndModel(fields);
  return {
    provider: provider ?? (isCompletion ? 'openai' : undefined),
    model: isCompletion ? asText(completion['model']) : undefined,
    requestModel,
    responseId: isCompletion ? asText(completion['id']) : undefined,
    serviceTier: isCompletion ? asText(completion['service_tier']) : undefined,
    usage: isCompletion
      ? normalizeUsage('chat', completion['usage'])
      : normalizeUsage('responses', withDetails(fieldsOf(fields['usage']))),
  };
}

/** Provider and model. `aisdk` combines both: `openai.responses:gpt-4o-mini`. */
function providerAndModel(fields: Readonly<Record<string, unknown>>): {
  readonly provider: string | undefined;
  readonly model: string | undefined;
} {
  const model = asText(fields['model']);
  const named = asText(fieldsOf(fields['model_config'])['provider']);
  if (named === undefined) return { provider: undefined, model };
  const prefix = `${named}:`;
  return {
    provider: named.split('.')[0],
    model: model?.startsWith(prefix) === true ? model.slice(prefix.length) : model,
  };
}

/** Renames the SDK's `details`, which contain the parts of the counts. */
function withDetails(usage: Readonly<Record<string, unknown>>): object {
  return { ...usage, ...fieldsOf(usage['details']) };
}
