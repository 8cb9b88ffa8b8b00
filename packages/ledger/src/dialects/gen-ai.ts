import {
  ATTR_CACHE_CREATION_TOKENS,
  ATTR_CACHE_READ_TOKENS,
  ATTR_CONVERSATION_ID,
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
  ATTR_SERVER_ADDRESS,
  ATTR_SESSION_ID,
  ATTR_TAGS,
  ATTR_USAGE_ESTIMATED,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  USAGE_PREFIX,
} from '@userspan/core/semconv';
import type { Usage } from '@userspan/pricing';
import { betterStatedCost } from '../cost/stated-cost.ts';
import { own, readCount, readFirstText, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import { readProviderMetadata } from '../reading/provider-metadata.ts';
import { readToolCalls } from '../reading/tool-calls.ts';
import { NameIndex } from '../reading/name-index.ts';
import { addUnknownCount } from '../reading/unknown-counts.ts';
import type { UnknownCounts } from '../reading/unknown-counts.ts';
import { usageOf } from '../reading/usage-counts.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { readGenAICost } from './gen-ai-cost.ts';
import { callOperation } from '../reading/operation-name.ts';
import { readResponseId } from '../reading/response-id.ts';
import { readUserspanUsage } from '../reading/userspan-usage.ts';

/** The third name is used by Cloudflare's AI gateway. */
const PROVIDER_KEYS = [ATTR_PROVIDER_NAME, 'gen_ai.system', 'gen_ai.model.provider'];
const RESPONSE_ID_KEYS = [ATTR_RESPONSE_ID];
const RESPONSE_TIER_KEYS = [
  ATTR_OPENAI_RESPONSE_TIER,
  'gen_ai.openai.response.service_tier',
  'gen_ai.response.service_tier',
];
const REQUEST_TIER_KEYS = [ATTR_OPENAI_REQUEST_TIER, 'gen_ai.openai.request.service_tier'];
const INPUT_KEYS = [
  ATTR_INPUT_TOKENS,
  'gen_ai.usage.prompt_tokens',
  // Microsoft.Extensions.AI before version 9.3.
  'gen_ai.response.input_tokens',
];
const OUTPUT_KEYS = [ATTR_OUTPUT_TOKENS, 'gen_ai.usage.completion_tokens', 'gen_ai.response.output_tokens'];
const TOTAL_KEYS = ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'];
const CACHED_KEYS = [
  ATTR_CACHE_READ_TOKENS,
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.cached_input_tokens',
  'gen_ai.usage.input_tokens.cached',
  'gen_ai.usage.details.cache_read_tokens',
  'gen_ai.usage.details.cached_tokens',
  'gen_ai.usage.prompt_tokens_details.cache_read',
];
const CACHE_WRITE_KEYS = [
  ATTR_CACHE_CREATION_TOKENS,
  'gen_ai.usage.cache_write.input_tokens',
  'gen_ai.usage.cache_write_input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.input_tokens.cache_write',
  // OpenRouter's broadcast.
  'gen_ai.usage.input_tokens.cache_creation',
  'gen_ai.usage.details.cache_write_tokens',
  'gen_ai.usage.prompt_tokens_details.cache_write',
];
const REASONING_KEYS = [
  ATTR_REASONING_TOKENS,
  'gen_ai.usage.reasoning_tokens',
  'gen_ai.usage.reasoning_output_tokens',
  'gen_ai.usage.output_tokens.reasoning',
  'gen_ai.usage.details.reasoning_tokens',
  'gen_ai.usage.details.thoughts_tokens',
  'gen_ai.usage.completion_tokens_details.reasoning',
  'codex.usage.reasoning_output_tokens',
  'gen_ai.usage.experimental.reasoning_tokens',
];
const AUDIO_INPUT_KEYS = [
  'gen_ai.usage.audio.input_tokens',
  'gen_ai.usage.details.input_audio_tokens',
  'gen_ai.usage.details.audio_prompt_tokens',
  // Google's Agent Development Kit.
  'gen_ai.usage.experimental.input_audio_tokens',
];
const AUDIO_OUTPUT_KEYS = [
  'gen_ai.usage.audio.output_tokens',
  'gen_ai.usage.details.output_audio_tokens',
  'gen_ai.usage.details.audio_candidates_tokens',
  'gen_ai.usage.completion_tokens_details.audio',
  'gen_ai.usage.experimental.output_audio_tokens',
];
const CACHED_AUDIO_KEYS = [
  'gen_ai.usage.audio.cache_read.input_tokens',
  'gen_ai.usage.details.cache_audio_read_tokens',
];

/**
 * The GenAI conventions of OpenTelemetry, 1.27 to 1.42: `gen_ai.provider.name` (formerly `gen_ai.system`),
 * `input_tokens` (formerly `prompt_tokens`). Input includes cached tokens, output includes reasoning.
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
  const name = readText(attributes, ATTR_OPERATION_NAME);
  const provider = readFirstText(attributes, PROVIDER_KEYS);
  const responseModel = readText(attributes, ATTR_RESPONSE_MODEL);
  const requestModel = readText(attributes, ATTR_REQUEST_MODEL);
  if (name === undefined && provider === undefined && (responseModel ?? requestModel) === undefined) {
    return undefined;
  }
  const usage = readUsage(attributes);
  if (name === undefined && (usage === undefined || (responseModel ?? requestModel) === undefined)) {
    return undefined;
  }
  const operation = name === undefined ? undefined : callOperation(name);
  const server =
    copilotServer(provider, attributes) ??
    readText(attributes, ATTR_SERVER_ADDRESS) ??
    bedrockServer(provider, attributes);
  const metadata = readProviderMetadata(attributes);
  return {
    role: name !== undefined && operation === undefined ? 'wrapper' : 'call',
    operation: operation ?? name,
    provider,
    responseModel,
    requestModel,
    responseId: readResponseId(attributes, RESPONSE_ID_KEYS),
    usage,
    usageEstimated: own(attributes, ATTR_USAGE_ESTIMATED) === true,
    cost: betterStatedCost(metadata.cost, readGenAICost(attributes)),
    responseTier: readFirstText(attributes, RESPONSE_TIER_KEYS) ?? metadata.tier,
    requestTier: readFirstText(attributes, REQUEST_TIER_KEYS),
    baseUrl: readText(attributes, 'gen_ai.openai.api_base') ?? server,
  };
}

/**
 * The host that was called. The instrumentation of AWS's SDK records only the region, which affects the price of some
 * Bedrock models.
 */
function bedrockServer(provider: string | undefined, attributes: Attributes): string | undefined {
  if (provider !== 'aws.bedrock' && provider !== 'aws_bedrock') return undefined;
  const region = readFirstText(attributes, ['cloud.region', 'aws.region']);
  return region === undefined ? undefined : `bedrock-runtime.${region}.amazonaws.com`;
}

/**
 * The host of GitHub Copilot. Its chat in VS Code names the provider `github` with one of several hosts or none. GitHub
 * Models is also `github` and has other prices.
 */
function copilotServer(provider: string | undefined, attributes: Attributes): string | undefined {
  if (provider !== 'github') return undefined;
  const server = readText(attributes, ATTR_SERVER_ADDRESS);
  const isCopilot =
    own(attributes, 'copilot_chat.request.max_prompt_tokens') !== undefined ||
    (server !== undefined && /(?:^|\.)(?:githubcopilot\.com|api\.github\.com)$/i.test(server));
  return isCopilot ? 'api.githubcopilot.com' : undefined;
}

const COUNTS = new NameIndex({
  input: INPUT_KEYS,
  output: OUTPUT_KEYS,
  total: TOTAL_KEYS,
  cached: CACHED_KEYS,
  cacheWrite: CACHE_WRITE_KEYS,
  cacheWrite1h: [`${USAGE_PREFIX}cache_write_1h_input_tokens`],
  reasoning: REASONING_KEYS,
  audioInput: AUDIO_INPUT_KEYS,
  audioOutput: AUDIO_OUTPUT_KEYS,
  imageInput: ['gen_ai.usage.image.input_tokens', 'gen_ai.usage.experimental.input_image_tokens'],
  imageOutput: ['gen_ai.usage.image.output_tokens', 'gen_ai.usage.experimental.output_image_tokens'],
  videoInput: ['gen_ai.usage.video.input_tokens', 'gen_ai.usage.experimental.input_video_tokens'],
  videoOutput: ['gen_ai.usage.video.output_tokens', 'gen_ai.usage.experimental.output_video_tokens'],
  textInput: ['gen_ai.usage.text.input_tokens', 'gen_ai.usage.experimental.input_text_tokens'],
  textOutput: ['gen_ai.usage.text.output_tokens', 'gen_ai.usage.experimental.output_text_tokens'],
  cachedText: ['gen_ai.usage.text.cache_read.input_tokens'],
  cachedAudio: CACHED_AUDIO_KEYS,
  cachedImage: ['gen_ai.usage.image.cache_read.input_tokens'],
});

const PREFIX = 'gen_ai.usage.';
/**
 * Prefixes of breakdowns under the provider's own names, whose counts are parts of the totals: `details.`,
 * `prompt_tokens_details.`.
 */
const BREAKDOWN = /^[a-z_]*details\./;

function readUsage(attributes: Attributes): Usage | undefined {
  let unknown: UnknownCounts | undefined;
  const counts = COUNTS.read(attributes, readCount, (name) => {
    if (!name.startsWith(PREFIX)) return;
    const unit = name.slice(PREFIX.length);
    if (!BREAKDOWN.test(unit)) unknown = addUnknownCount(unknown, attributes, name, unit);
  });
  const tools = readToolCalls(attributes);
  const isPlain = unknown === undefined && tools === undefined;
  const usage = usageOf(isPlain ? counts : { ...counts, ...tools, unknown });
  const units = readUserspanUsage(attributes);
  if (usage === undefined) return units;
  return units === undefined ? usage : { ...usage, ...units };
}
