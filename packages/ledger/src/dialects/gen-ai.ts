import {
  ATTR_CACHE_CREATION_TOKENS,
  ATTR_CACHE_READ_TOKENS,
  ATTR_CONVERSATION_ID,
  ATTR_COST,
  ATTR_INPUT_TOKENS,
  ATTR_OPENAI_REQUEST_TIER,
  ATTR_OPENAI_RESPONSE_TIER,
  ATTR_OPERATION_NAME,
  ATTR_OUTPUT_TOKENS,
  ATTR_PROVIDER_NAME,
  ATTR_REASONING_TOKENS,
  ATTR_REQUEST_MODEL,
  ATTR_RESPONSE_ID,
  ATTR_RESPONSE_MODEL,
  ATTR_SESSION_ID,
  ATTR_TAGS,
  ATTR_USAGE_ESTIMATED,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  RUN_OPERATIONS,
  USAGE_PREFIX,
} from '@userspan/core';
import type { Usage } from '@userspan/pricing';
import { exactDecimal } from '../exact-decimal.ts';
import { own, readAmount, readCount, readFirstCount, readFirstText, readText } from '../read-attribute.ts';
import type { Attributes } from '../span.ts';
import { usageOf } from '../usage-counts.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { readUserspanUsage } from './userspan-usage.ts';

const RUNS: ReadonlySet<string> = new Set(RUN_OPERATIONS);

const PROVIDER_KEYS = [ATTR_PROVIDER_NAME, 'gen_ai.system'];
const RESPONSE_TIER_KEYS = [ATTR_OPENAI_RESPONSE_TIER, 'gen_ai.openai.response.service_tier'];
const REQUEST_TIER_KEYS = [ATTR_OPENAI_REQUEST_TIER, 'gen_ai.openai.request.service_tier'];
const INPUT_KEYS = [ATTR_INPUT_TOKENS, 'gen_ai.usage.prompt_tokens'];
const OUTPUT_KEYS = [ATTR_OUTPUT_TOKENS, 'gen_ai.usage.completion_tokens'];
const CACHED_KEYS = [
  ATTR_CACHE_READ_TOKENS,
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.input_tokens.cached',
];
const CACHE_WRITE_KEYS = [
  ATTR_CACHE_CREATION_TOKENS,
  'gen_ai.usage.cache_write.input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.input_tokens.cache_write',
];
const REASONING_KEYS = [
  ATTR_REASONING_TOKENS,
  'gen_ai.usage.reasoning_tokens',
  'gen_ai.usage.output_tokens.reasoning',
];

/**
 * The GenAI conventions of OpenTelemetry, 1.27 to 1.42: `gen_ai.provider.name` and its forerunner `gen_ai.system`,
 * `input_tokens` and its forerunner `prompt_tokens`. Input includes cached, output includes reasoning.
 */
export const genAI: Dialect = {
  name: 'gen_ai',
  userIdKeys: [ATTR_USER_ID, ATTR_USER_HASH, 'enduser.id'],
  threadKeys: [ATTR_CONVERSATION_ID, ATTR_SESSION_ID],
  tagKeys: [ATTR_TAGS],
  metadataKeys: [],
  readCall,
};

function readCall(attributes: Attributes): CallFacts | undefined {
  const operation = readText(attributes, ATTR_OPERATION_NAME);
  const provider = readFirstText(attributes, PROVIDER_KEYS);
  if (operation === undefined && provider === undefined) return undefined;
  const responseModel = readText(attributes, ATTR_RESPONSE_MODEL);
  const requestModel = readText(attributes, ATTR_REQUEST_MODEL);
  const usage = readUsage(attributes);
  const isRun = operation !== undefined && RUNS.has(operation);
  if (operation === undefined && usage === undefined && (responseModel ?? requestModel) === undefined) {
    return undefined;
  }
  return {
    role: isRun ? 'wrapper' : 'call',
    operation,
    provider,
    responseModel,
    requestModel,
    responseId: readText(attributes, ATTR_RESPONSE_ID),
    usage,
    usageEstimated: own(attributes, ATTR_USAGE_ESTIMATED) === true,
    costUsd: readCost(attributes),
    responseTier: readFirstText(attributes, RESPONSE_TIER_KEYS),
    requestTier: readFirstText(attributes, REQUEST_TIER_KEYS),
  };
}

function readCost(attributes: Attributes): string | undefined {
  const usd = readAmount(attributes, ATTR_COST);
  return usd === undefined ? undefined : exactDecimal(usd);
}

function readUsage(attributes: Attributes): Usage | undefined {
  const usage = usageOf({
    input: readFirstCount(attributes, INPUT_KEYS),
    output: readFirstCount(attributes, OUTPUT_KEYS),
    cached: readFirstCount(attributes, CACHED_KEYS),
    cacheWrite: readFirstCount(attributes, CACHE_WRITE_KEYS),
    reasoning: readFirstCount(attributes, REASONING_KEYS),
    cacheWrite1h: readCount(attributes, `${USAGE_PREFIX}cache_write_1h_input_tokens`),
  });
  const units = readUserspanUsage(attributes);
  if (usage === undefined) return units;
  return units === undefined ? usage : Object.assign(usage, units);
}
