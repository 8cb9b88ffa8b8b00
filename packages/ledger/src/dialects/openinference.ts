import { addDecimals } from '../cost/exact-decimal.ts';
import type { StatedCost } from '../cost/stated-cost.ts';
import { NameIndex } from '../reading/name-index.ts';
import { own, readCount, readFirstText, readMoney, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import { countTools } from '../reading/tool-calls.ts';
import { addUnknownCount } from '../reading/unknown-counts.ts';
import type { UnknownCounts } from '../reading/unknown-counts.ts';
import type { UsageCounts } from '../reading/usage-counts.ts';
import { usageOf } from '../reading/usage-counts.ts';
import type { CallFacts, Dialect } from './dialect.ts';

/** Maximum length of a string that is searched for in JSON. */
const MAX_TEXT_LENGTH = 100;
/** Kinds of spans that are one request. */
const CALLS: Readonly<Record<string, string>> = {
  LLM: 'chat',
  EMBEDDING: 'embeddings',
  RERANKER: 'rerank',
};
const RESPONSE_MODEL_KEYS = ['llm.response.model_name', 'llm.model_name', 'embedding.model_name'];
const REQUEST_MODEL_KEYS = ['llm.request.model_name'];
const PROVIDER_KEYS = ['llm.provider', 'llm.system'];
const COUNTS = new NameIndex({
  input: ['llm.token_count.prompt'],
  output: ['llm.token_count.completion'],
  total: ['llm.token_count.total'],
  cached: ['llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input'],
  cacheWrite: ['llm.token_count.prompt_details.cache_write'],
  audioInput: ['llm.token_count.prompt_details.audio'],
  audioOutput: ['llm.token_count.completion_details.audio'],
  reasoning: ['llm.token_count.completion_details.reasoning'],
  imageInput: ['llm.token_count.prompt_details.image'],
  imageOutput: ['llm.token_count.completion_details.image'],
  videoInput: ['llm.token_count.prompt_details.video'],
  videoOutput: ['llm.token_count.completion_details.video'],
});
/** A kind of token that the instrumentation counts separately. The convention does not fix the names. */
const DETAIL = /^llm\.token_count\.(prompt|completion)_details\.(.+)$/;

/**
 * OpenInference (Arize Phoenix): `openinference.span.kind`, `llm.*`. The prompt count includes cached and written tokens.
 *
 * It has no attributes for the response's id and tier. Both are in the answer, if that was captured.
 */
export const openInference: Dialect = {
  name: 'openinference',
  userIdKeys: [],
  threadKeys: [],
  tagKeys: ['tag.tags'],
  metadataKeys: ['metadata'],
  readCall,
};

function readCall(attributes: Attributes): CallFacts | undefined {
  const kind = readText(attributes, 'openinference.span.kind');
  if (kind === undefined) return undefined;
  const operation = CALLS[kind.toUpperCase()];
  const answer = own(attributes, 'output.value');
  return {
    role: operation === undefined ? 'wrapper' : 'call',
    operation,
    provider: readFirstText(attributes, PROVIDER_KEYS),
    responseModel: readFirstText(attributes, RESPONSE_MODEL_KEYS),
    requestModel: readFirstText(attributes, REQUEST_MODEL_KEYS),
    responseId: operation === undefined ? undefined : readAnswerId(answer),
    usage: usageOf({ ...readCounts(attributes), ...readBuiltInTools(attributes) }),
    cost: readCost(attributes),
    responseTier: textInJson(answer, 'service_tier'),
    requestTier: textInJson(own(attributes, 'llm.invocation_parameters'), 'service_tier'),
  };
}

function readCounts(attributes: Attributes): UsageCounts {
  let unknown: UnknownCounts | undefined;
  const counts = COUNTS.read(attributes, readCount, (name) => {
    if (!name.startsWith('llm.token_count.')) return;
    const [, side, kind = ''] = DETAIL.exec(name) ?? [];
    if (side === undefined) return;
    unknown = addUnknownCount(
      unknown,
      attributes,
      name,
      `${side === 'prompt' ? 'input' : 'output'}_${kind}_tokens`,
    );
  });
  return { ...counts, unknown };
}

const MAX_MESSAGES = 64;

/**
 * Reads calls of the provider's own tools. Each is an item of the answer, recorded as a `message` with the item's type
 * as its name.
 */
function readBuiltInTools(attributes: Attributes): ReturnType<typeof countTools> {
  const types: string[] = [];
  for (let at = 0; at < MAX_MESSAGES; at += 1) {
    const prefix = `llm.output_messages.${at}.message.`;
    const type = readText(attributes, `${prefix}role`) ?? readText(attributes, `${prefix}content`);
    const first = readText(attributes, `${prefix}tool_calls.0.tool_call.function.name`);
    if (type === undefined && first === undefined) break;
    for (let call = 0; call < MAX_MESSAGES; call += 1) {
      const name = readText(attributes, `${prefix}tool_calls.${call}.tool_call.function.name`);
      if (name === undefined) break;
      types.push(name);
    }
  }
  return countTools(types.filter((type) => type.endsWith('_call')));
}

/** Matches OpenAI's ids only, because the first id of other answers may be something else. */
const ANSWER_ID = /^\{"id":"((?:chatcmpl|cmpl|resp|gen)[-_][\w-]{4,200})"/;

function readAnswerId(answer: unknown): string | undefined {
  return typeof answer === 'string' ? ANSWER_ID.exec(answer.slice(0, 256))?.[1] : undefined;
}

function readCost(attributes: Attributes): StatedCost | undefined {
  const total = readMoney(attributes, 'llm.cost.total');
  if (total !== undefined) return { usd: total, source: 'computed' };
  const prompt = readMoney(attributes, 'llm.cost.prompt');
  const completion = readMoney(attributes, 'llm.cost.completion');
  if (prompt === undefined || completion === undefined) return undefined;
  return { usd: addDecimals(prompt, completion), source: 'computed' };
}

/**
 * Finds the last `"field":"value"` in JSON without parsing it, because an answer may have megabytes. Quotes inside JSON
 * strings are escaped, so a model's text can never look like the field.
 */
function textInJson(json: unknown, field: string): string | undefined {
  if (typeof json !== 'string') return undefined;
  const mark = `"${field}":"`;
  const at = json.lastIndexOf(mark);
  if (at === -1) return undefined;
  const start = at + mark.length;
  const end = json.indexOf('"', start);
  if (end === -1 || end === start || end - start > MAX_TEXT_LENGTH) return undefined;
  const text = json.slice(start, end);
  return text.includes('\\') ? undefined : text;
}
