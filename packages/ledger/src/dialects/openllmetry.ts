import { readCount, readFirstCount, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import { usageOf } from '../reading/usage-counts.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { callOperation } from '../reading/operation-name.ts';

/**
 * OpenLLMetry (Traceloop): `traceloop.*`, and `llm.*`, its names from before the GenAI conventions. Its
 * instrumentations add Anthropic's cache counts to the input themselves. Attributes of the conventions are read by that
 * dialect.
 */
export const openLLMetry: Dialect = {
  name: 'openllmetry',
  userIdKeys: [
    'traceloop.association.properties.user_id',
    'traceloop.association.properties.userId',
    'gen_ai.request.user',
    'gen_ai.user',
    'llm.user',
  ],
  threadKeys: [
    'traceloop.association.properties.session_id',
    'traceloop.association.properties.thread_id',
    'traceloop.association.properties.conversation_id',
    'traceloop.association.properties.chat_id',
  ],
  tagKeys: [],
  metadataKeys: [],
  metadataPrefixes: ['traceloop.association.properties.'],
  readCall,
};

const INPUT_KEYS = ['llm.usage.prompt_tokens', 'llm.usage.input_tokens'];
const OUTPUT_KEYS = ['llm.usage.completion_tokens', 'llm.usage.output_tokens'];

function readCall(attributes: Attributes): CallFacts | undefined {
  const kind = readText(attributes, 'traceloop.span.kind');
  const type = readText(attributes, 'llm.request.type');
  const requestModel = readText(attributes, 'llm.request.model');
  const responseModel = readText(attributes, 'llm.response.model');
  if (kind === undefined && type === undefined && (responseModel ?? requestModel) === undefined) {
    return undefined;
  }
  return {
    role: kind === undefined ? 'call' : 'wrapper',
    operation: type === undefined ? undefined : callOperation(type),
    provider: readText(attributes, 'llm.vendor'),
    responseModel,
    requestModel,
    usage: usageOf({
      input: readFirstCount(attributes, INPUT_KEYS),
      output: readFirstCount(attributes, OUTPUT_KEYS),
      total: readCount(attributes, 'llm.usage.total_tokens'),
      cached: readCount(attributes, 'llm.usage.cache_read_input_tokens'),
      cacheWrite: readCount(attributes, 'llm.usage.cache_creation_input_tokens'),
      reasoning: readCount(attributes, 'llm.usage.reasoning_tokens'),
    }),
    baseUrl: readText(attributes, 'llm.openai.api_base'),
  };
}
