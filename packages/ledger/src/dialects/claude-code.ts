import { readCount, readText } from '../reading/read-attribute.ts';
import { usageOf } from '../reading/usage-counts.ts';
import type { Attributes } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';

/**
 * Claude Code's traces (beta): `claude_code.llm_request`, with its own attribute names. The input does not include
 * cached tokens. The request's id links it to the log record of the same request.
 */
export const claudeCode: Dialect = {
  name: 'claude_code',
  userIdKeys: [],
  threadKeys: [],
  tagKeys: [],
  metadataKeys: [],
  readCall,
};

function readCall(attributes: Attributes, name: string): CallFacts | undefined {
  if (name !== 'claude_code.llm_request') return undefined;
  const model = readText(attributes, 'model') ?? readText(attributes, 'gen_ai.request.model');
  if (model === undefined) return undefined;
  return {
    role: 'call',
    operation: 'chat',
    provider:
      readText(attributes, 'gen_ai.provider.name') ?? readText(attributes, 'gen_ai.system') ?? 'anthropic',
    requestModel: model,
    responseId: readText(attributes, 'request_id'),
    usage: usageOf({
      input: readCount(attributes, 'input_tokens'),
      output: readCount(attributes, 'output_tokens'),
      cached: readCount(attributes, 'cache_read_tokens'),
      cacheWrite: readCount(attributes, 'cache_creation_tokens'),
      cacheIsBeside: true,
    }),
    responseTier: readText(attributes, 'speed') === 'fast' ? 'fast' : undefined,
  };
}
