import type { UsageCounts } from '../reading/usage-counts.ts';
import { usageOf } from '../reading/usage-counts.ts';
import { readCount, readObject, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';

/** Kinds of runs that are one request. Its `gen_ai.operation.name` says `chat` of prompt templates, too. */
const CALLS: Readonly<Record<string, string>> = { llm: 'chat', embedding: 'embeddings' };
/** The usage of the run: the JavaScript library's name, then the Python library's. */
const USAGE_KEYS = ['langsmith.usage_metadata', 'langsmith.metadata.usage_metadata'];

/** LangSmith, as its own libraries export runs: `langsmith.*` beside the GenAI conventions. Recorded with Python 0.15.1. */
export const langSmith: Dialect = {
  name: 'langsmith',
  userIdKeys: ['langsmith.metadata.user_id', 'langsmith.metadata.userId'],
  threadKeys: [
    'langsmith.metadata.session_id',
    'langsmith.metadata.thread_id',
    'langsmith.metadata.conversation_id',
  ],
  tagKeys: ['langsmith.span.tags', 'langsmith.trace.tags'],
  metadataKeys: ['langsmith.metadata'],
  metadataPrefixes: ['langsmith.metadata.'],
  readCall,
};

function readCall(attributes: Attributes): CallFacts | undefined {
  const kind = readText(attributes, 'langsmith.span.kind');
  if (kind === undefined) return undefined;
  const operation = CALLS[kind.toLowerCase()];
  return {
    role: operation === undefined ? 'wrapper' : 'call',
    operation,
    provider: readText(attributes, 'langsmith.metadata.ls_provider'),
    requestModel: readText(attributes, 'langsmith.metadata.ls_model_name'),
    usage: usageOf(readCounts(attributes)),
  };
}

function readCounts(attributes: Attributes): UsageCounts {
  for (const key of USAGE_KEYS) {
    const usage = readObject(attributes, key);
    if (usage === undefined) continue;
    const counts = countsOf(
      usage,
      readObject(usage, 'input_token_details'),
      readObject(usage, 'output_token_details'),
    );
    if (counts.input !== undefined || counts.output !== undefined) return counts;
  }
  const named = {
    input_tokens: attributes['gen_ai.usage.input_tokens'],
    output_tokens: attributes['gen_ai.usage.output_tokens'],
    total_tokens: attributes['gen_ai.usage.total_tokens'],
  };
  return countsOf(
    named,
    readObject(attributes, 'gen_ai.usage.input_token_details'),
    readObject(attributes, 'gen_ai.usage.output_token_details'),
  );
}

type Fields = Readonly<Record<string, unknown>>;

function countsOf(usage: Fields, input: Fields = {}, output: Fields = {}): UsageCounts {
  return {
    input: readCount(usage, 'input_tokens'),
    output: readCount(usage, 'output_tokens'),
    total: readCount(usage, 'total_tokens'),
    cached: readCount(input, 'cache_read'),
    cacheWrite: readCount(input, 'cache_creation') ?? readCount(input, 'ephemeral_5m_input_tokens'),
    cacheWrite1h: readCount(input, 'ephemeral_1h_input_tokens'),
    audioInput: readCount(input, 'audio'),
    audioOutput: readCount(output, 'audio'),
    reasoning: readCount(output, 'reasoning'),
  };
}
