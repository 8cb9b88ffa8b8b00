import type { Usage } from '@userspan/pricing';
import { readCount, readFirstCount, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import { readProviderMetadata } from '../reading/provider-metadata.ts';
import { usageOf } from '../reading/usage-counts.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { providerName } from '../reading/provider-name.ts';
import { readResponseId } from '../reading/response-id.ts';

const METADATA = 'ai.telemetry.metadata.';
const RESPONSE_ID_KEYS = ['ai.response.id'];
const INPUT_KEYS = ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'];
const OUTPUT_KEYS = ['ai.usage.outputTokens', 'ai.usage.completionTokens'];
const CACHED_KEYS = ['ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens'];
const REASONING_KEYS = ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'];

/**
 * The AI SDK of Vercel, 4 to 6: `ai.generateText` and similar spans are wrappers of `ai.generateText.doGenerate`, which
 * is one request. In version 5 the input does not include Anthropic's cached tokens; from version 6 on it does.
 */
export const vercelAI: Dialect = {
  name: 'vercel_ai',
  userIdKeys: [
    `${METADATA}posthog_distinct_id`,
    `${METADATA}userId`,
    `${METADATA}user_id`,
    'ai.settings.context.userId',
    'ai.settings.context.user_id',
    'ai.settings.context.posthog_distinct_id',
  ],
  threadKeys: [
    `${METADATA}sessionId`,
    `${METADATA}session_id`,
    `${METADATA}threadId`,
    `${METADATA}conversationId`,
    `${METADATA}chatId`,
    'ai.settings.context.sessionId',
    'ai.settings.context.session_id',
    'ai.settings.context.threadId',
    'ai.settings.context.conversationId',
  ],
  tagKeys: [`${METADATA}tags`],
  metadataKeys: [],
  metadataPrefixes: [METADATA, 'ai.settings.context.'],
  readCall,
};

function readCall(attributes: Attributes): CallFacts | undefined {
  const operationId = readText(attributes, 'ai.operationId');
  if (operationId === undefined) return undefined;
  const name = readText(attributes, 'ai.model.provider');
  const provider = name === undefined ? undefined : providerName(name);
  const metadata = readProviderMetadata(attributes);
  return {
    role: /\.do[A-Z]/.test(operationId) ? 'call' : 'wrapper',
    operation: operationOf(operationId),
    provider,
    responseModel: readText(attributes, 'ai.response.model'),
    requestModel: readText(attributes, 'ai.model.id'),
    responseId: readResponseId(attributes, RESPONSE_ID_KEYS),
    usage: readUsage(attributes, provider),
    cost: metadata.cost,
    responseTier: metadata.tier,
  };
}

function operationOf(operationId: string): string {
  if (operationId.startsWith('ai.embed')) return 'embeddings';
  return operationId.startsWith('ai.rerank') ? 'rerank' : 'chat';
}

function readUsage(attributes: Attributes, provider: string | undefined): Usage | undefined {
  const isTotal = readCount(attributes, 'ai.usage.inputTokenDetails.noCacheTokens') !== undefined;
  return usageOf({
    input: readFirstCount(attributes, INPUT_KEYS),
    output: readFirstCount(attributes, OUTPUT_KEYS),
    cached: readFirstCount(attributes, CACHED_KEYS),
    cacheWrite: readCount(attributes, 'ai.usage.inputTokenDetails.cacheWriteTokens'),
    reasoning: readFirstCount(attributes, REASONING_KEYS),
    cacheIsBeside: !isTotal && provider === 'anthropic',
  });
}
