import { cacheWritesOf } from '@userspan/core/internal';

import { addUnknownCount } from '../reading/unknown-counts.ts';
import type { UnknownCounts } from '../reading/unknown-counts.ts';
import type { UsageCounts } from '../reading/usage-counts.ts';
import { usageOf } from '../reading/usage-counts.ts';
import { readCount, readObject, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';

/**
 * Kinds of runs that are one request. LangSmith's `gen_ai.operation.name` is not used, because it is `chat` for prompt
 * templates, too.
 */
const CALLS: Readonly<Record<string, string>> = { llm: 'chat', embedding: 'embeddings' };
/** The usage of the run: the JavaScript library's name, then the Python library's. */
const USAGE_KEYS = ['langsmith.usage_metadata', 'langsmith.metadata.usage_metadata'];

/**
 * LangSmith, as its own libraries export runs: `langsmith.*` together with the GenAI conventions. Recorded with Python
 * 0.15.1 and JavaScript 0.12.0.
 */
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
  const { counts, tier } = readUsage(attributes);
  return {
    role: operation === undefined ? 'wrapper' : 'call',
    operation,
    provider: readText(attributes, 'langsmith.metadata.ls_provider'),
    requestModel: readText(attributes, 'langsmith.metadata.ls_model_name'),
    usage: usageOf(counts),
    responseTier: tier,
  };
}

interface TieredCounts {
  readonly counts: UsageCounts;
  /** The service tier in the names of details: `flex` or `priority`. */
  readonly tier: string | undefined;
}

function readUsage(attributes: Attributes): TieredCounts {
  for (const key of USAGE_KEYS) {
    const usage = readObject(attributes, key);
    if (usage === undefined) continue;
    const found = countsOf(
      usage,
      readObject(usage, 'input_token_details'),
      readObject(usage, 'output_token_details'),
    );
    if (found.counts.input !== undefined || found.counts.output !== undefined) return found;
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

function countsOf(usage: Fields, input: Fields = {}, output: Fields = {}): TieredCounts {
  const inputs = withoutTier(input);
  const outputs = withoutTier(output);
  const counts = {
    input: readCount(usage, 'input_tokens'),
    output: readCount(usage, 'output_tokens'),
    total: readCount(usage, 'total_tokens'),
    cached: readCount(inputs.details, 'cache_read'),
    ...cacheWritesOf((name) => readCount(inputs.details, name)),
    audioInput: readCount(inputs.details, 'audio'),
    audioOutput: readCount(outputs.details, 'audio'),
    imageInput: readCount(inputs.details, 'image'),
    imageOutput: readCount(outputs.details, 'image'),
    videoInput: readCount(inputs.details, 'video'),
    videoOutput: readCount(outputs.details, 'video'),
    reasoning: readCount(outputs.details, 'reasoning'),
    unknown: unknownOf(outputs.details, 'output', unknownOf(inputs.details, 'input', undefined)),
  };
  return { counts, tier: inputs.tier ?? outputs.tier };
}

const TIERS = ['flex', 'priority'];

/** Removes the service tier from the names of details: `priority_cache_read`, and `priority` for all other tokens. */
function withoutTier(details: Fields): { readonly details: Fields; readonly tier: string | undefined } {
  const tier = TIERS.find((name) => readCount(details, name) !== undefined);
  if (tier === undefined) return { details, tier };
  const prefix = `${tier}_`;
  const named = Object.entries(details).filter(([key]) => key !== tier);
  const plain = named.map(([key, value]) => [key.startsWith(prefix) ? key.slice(prefix.length) : key, value]);
  return { details: Object.fromEntries(plain) as Fields, tier };
}

const KNOWN: ReadonlySet<string> = new Set([
  'audio',
  'cache_creation',
  'cache_read',
  'ephemeral_1h_input_tokens',
  'ephemeral_5m_input_tokens',
  'image',
  'reasoning',
  'video',
]);

function unknownOf(
  details: Fields,
  side: 'input' | 'output',
  before: UnknownCounts | undefined,
): UnknownCounts | undefined {
  let found = before;
  for (const key of Object.keys(details)) {
    if (!KNOWN.has(key)) found = addUnknownCount(found, details, key, `${side}_${key}_tokens`);
  }
  return found;
}
