import { readCount, readObject, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import { usageOf } from '../reading/usage-counts.ts';
import type { CallFacts, Dialect } from './dialect.ts';

/** Kinds of runs that are one request. Its `gen_ai.operation.name` says `chat` of prompt templates, too. */
const CALLS: Readonly<Record<string, string>> = { llm: 'chat', embedding: 'embeddings' };

/** LangSmith, as its own library exports runs: `langsmith.*` beside the GenAI conventions. */
export const langSmith: Dialect = {
  name: 'langsmith',
  userIdKeys: ['langsmith.metadata.user_id', 'langsmith.metadata.userId'],
  threadKeys: [
    'langsmith.metadata.session_id',
    'langsmith.metadata.thread_id',
    'langsmith.metadata.conversation_id',
  ],
  tagKeys: [],
  metadataKeys: ['langsmith.metadata'],
  readCall,
};

function readCall(attributes: Attributes): CallFacts | undefined {
  const kind = readText(attributes, 'langsmith.span.kind');
  if (kind === undefined) return undefined;
  const operation = CALLS[kind.toLowerCase()];
  const usage = readObject(attributes, 'langsmith.usage_metadata') ?? {};
  const inputDetails =
    readObject(usage, 'input_token_details') ??
    readObject(attributes, 'gen_ai.usage.input_token_details') ??
    {};
  const outputDetails =
    readObject(usage, 'output_token_details') ??
    readObject(attributes, 'gen_ai.usage.output_token_details') ??
    {};
  return {
    role: operation === undefined ? 'wrapper' : 'call',
    operation,
    usage: usageOf({
      input: readCount(usage, 'input_tokens') ?? readCount(attributes, 'gen_ai.usage.input_tokens'),
      output: readCount(usage, 'output_tokens') ?? readCount(attributes, 'gen_ai.usage.output_tokens'),
      cached: readCount(inputDetails, 'cache_read'),
      cacheWrite: readCount(inputDetails, 'cache_creation'),
      audioInput: readCount(inputDetails, 'audio'),
      audioOutput: readCount(outputDetails, 'audio'),
      reasoning: readCount(outputDetails, 'reasoning'),
    }),
  };
}
