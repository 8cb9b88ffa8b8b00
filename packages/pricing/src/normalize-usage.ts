import { addDollars } from './bill.ts';
import type { Usage } from './usage.ts';

/** The API that a usage comes from: vendors count in different ways. */
export type UsageApi =
  | 'chat'
  | 'responses'
  | 'completions'
  | 'embeddings'
  | 'images'
  | 'audio'
  | 'speech'
  | 'realtime'
  | 'anthropic'
  | 'gemini';

const READERS: Readonly<Record<UsageApi, (raw: unknown) => Usage>> = {
  chat: readOpenAIUsage,
  responses: readOpenAIUsage,
  completions: readOpenAIUsage,
  embeddings: readEmbeddingsUsage,
  images: readImagesUsage,
  audio: readAudioUsage,
  speech: readOpenAIUsage,
  realtime: readAudioUsage,
  anthropic: readAnthropicUsage,
  gemini: readGeminiUsage,
};

/**
 * Brings a vendor's usage into one shape, in which every count is a part of its total. `raw` is the usage of an answer
 * or the whole answer. What is not a count is left out; it never throws, and gives `{}` for what it cannot read.
 */
export function normalizeUsage(api: UsageApi, raw: unknown): Usage {
  try {
    return Object.hasOwn(READERS, api) ? READERS[api](raw) : {};
  } catch {
    return {};
  }
}

/**
 * Usage of OpenAI's APIs and of those that speak like them. Cached, cache-write, audio, picture, reasoning and
 * prediction tokens are parts of the totals.
 *
 * `raw` is the `usage` of an answer or the whole answer (also Groq's last chunk, with `x_groq.usage`).
 */
function readOpenAIUsage(raw: unknown): Usage {
  const usage = usageIn(raw);
  const input =
    field(usage, 'prompt_tokens_details') ??
    field(usage, 'input_tokens_details') ??
    field(usage, 'input_token_details');
  const output =
    field(usage, 'completion_tokens_details') ??
    field(usage, 'output_tokens_details') ??
    field(usage, 'output_token_details');
  const cached = field(input, 'cached_tokens_details');
  const reasoning = count(output, 'reasoning_tokens') ?? count(usage, 'reasoning_tokens');
  return known({
    inputTokens: count(usage, 'prompt_tokens', 'input_tokens'),
    outputTokens: outputTokens(usage, output, reasoning),
    cachedInputTokens:
      count(input, 'cached_tokens') ??
      count(usage, 'prompt_cache_hit_tokens', 'cached_tokens', 'cache_read_input_tokens'),
    cacheWriteInputTokens:
      count(input, 'cache_write_tokens', 'cache_creation_tokens') ??
      count(usage, 'cache_creation_input_tokens'),
    audioInputTokens: count(input, 'audio_tokens'),
    cachedAudioInputTokens: count(cached, 'audio_tokens'),
    imageInputTokens: count(input, 'image_tokens'),
    cachedImageInputTokens: count(cached, 'image_tokens'),
    videoInputTokens: count(input, 'video_tokens'),
    reasoningOutputTokens: reasoning,
    audioOutputTokens: count(output, 'audio_tokens'),
    imageOutputTokens: count(output, 'image_tokens'),
    videoOutputTokens: count(output, 'video_tokens'),
    citationOutputTokens: count(usage, 'citation_tokens'),
    characters: count(usage, 'characters'),
    seconds: measure(field(usage, 'prompt_audio_seconds')),
    webSearchCalls: count(usage, 'num_search_queries'),
    providerCostUsd: reportedCost(usage),
    ...countToolCalls(field(raw, 'output')),
  });
}

/** The usage of an answer, which may be the answer's own fields. */
function usageIn(raw: unknown): unknown {
  const usage = field(raw, 'usage');
  if (typeof usage === 'object' && usage !== null) return usage;
  return field(field(raw, 'x_groq'), 'usage') ?? raw;
}

/**
 * xAI, Gemini's compatible endpoint and Perplexity count reasoning (Perplexity citations, too) beside the completion,
 * everybody else inside it: the total says which.
 */
function outputTokens(usage: unknown, details: unknown, reasoning: number | undefined): number | undefined {
  const input = count(usage, 'prompt_tokens', 'input_tokens');
  const output = count(usage, 'completion_tokens', 'output_tokens');
  const citations = count(usage, 'citation_tokens');
  if (citations !== undefined || count(usage, 'num_search_queries') !== undefined)
    return sum(output, reasoning, citations);
  const total = count(usage, 'total_tokens');
  if (output === undefined || input === undefined || total === undefined) return output;
  const beside = total - input - output;
  if (beside <= 0) return output;
  if (reasoning === undefined ? details === undefined : beside === reasoning) return output + beside;
  return output;
}

const TICKS_PER_DOLLAR = 10_000_000_000;

/**
 * What the provider itself says the call cost, in US dollars: OpenRouter's `cost`, Perplexity's `cost.total_cost`,
 * xAI's `cost_in_usd_ticks`, DeepInfra's `estimated_cost`.
 */
function reportedCost(usage: unknown): number | undefined {
  const cost = field(usage, 'cost');
  if (field(usage, 'is_byok') === true) return byokCost(usage, measure(cost));
  const ticks = measure(field(usage, 'cost_in_usd_ticks'));
  return (
    measure(cost) ??
    measure(field(cost, 'total_cost')) ??
    (ticks === undefined ? undefined : ticks / TICKS_PER_DOLLAR) ??
    measure(field(usage, 'estimated_cost'))
  );
}

/** With the caller's own key `cost` is OpenRouter's fee only; the vendor bills the caller for the rest. */
function byokCost(usage: unknown, fee: number | undefined): number | undefined {
  const upstream = measure(field(field(usage, 'cost_details'), 'upstream_inference_cost'));
  return upstream === undefined ? undefined : addDollars(upstream, fee ?? 0);
}

const MAX_ITEMS = 10_000;

/** Billed tool calls among the items of an OpenAI response's `output`. A search that failed is not counted. */
export function countToolCalls(
  output: unknown,
): Pick<Usage, 'webSearchCalls' | 'fileSearchCalls'> | undefined {
  if (!Array.isArray(output)) return undefined;
  let web = 0;
  let file = 0;
  for (let index = 0; index < output.length && index < MAX_ITEMS; index += 1) {
    const item: unknown = output[index];
    if (typeof item !== 'object' || item === null || !('type' in item)) continue;
    if ('status' in item && item.status === 'failed') continue;
    if (item.type === 'web_search_call' && isSearch(item)) web += 1;
    else if (item.type === 'file_search_call') file += 1;
  }
  if (web === 0 && file === 0) return undefined;
  return { ...(web > 0 ? { webSearchCalls: web } : {}), ...(file > 0 ? { fileSearchCalls: file } : {}) };
}

/** Opening a page or looking for words in it is not a search; before there were actions, each call was one. */
function isSearch(item: object): boolean {
  const action = 'action' in item ? item.action : undefined;
  const kind = typeof action === 'object' && action !== null && 'type' in action ? action.type : action;
  return typeof kind !== 'string' || kind === 'search';
}

/** Usage of embeddings: there is no output; some vendors give the total only. */
function readEmbeddingsUsage(raw: unknown): Usage {
  const { outputTokens: _none, ...usage } = readOpenAIUsage(raw);
  if (usage.inputTokens !== undefined) return usage;
  const total = count(usageIn(raw), 'total_tokens');
  return total === undefined ? usage : { ...usage, inputTokens: total };
}

const MAX_OPTION = 32;

/**
 * Usage of pictures made: tokens (gpt-image), or the pictures themselves (dall-e). `raw` is the usage or the whole
 * answer, whose `data` are the pictures; `size` and `quality` are the answer's, or the request's put beside them.
 */
function readImagesUsage(raw: unknown): Usage {
  const data = field(raw, 'data');
  return {
    ...readOpenAIUsage(raw),
    ...known({
      images: Array.isArray(data) ? data.length : count(raw, 'images', 'n'),
      imageSize: option(field(raw, 'size')),
      imageQuality: option(field(raw, 'quality')),
    }),
  };
}

function option(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_OPTION ? value : undefined;
}

/**
 * Usage of a transcription or translation: tokens, or `{ type: 'duration', seconds }`, or the `duration` of a verbose
 * answer (a number, or a text in older answers).
 */
function readAudioUsage(raw: unknown): Usage {
  const usage = usageIn(raw);
  const tokens = readOpenAIUsage(raw);
  if (tokens.inputTokens !== undefined || tokens.outputTokens !== undefined) return tokens;
  const seconds = measure(field(usage, 'seconds')) ?? duration(field(raw, 'duration')) ?? tokens.seconds;
  return seconds === undefined ? tokens : { ...tokens, seconds };
}

function duration(value: unknown): number | undefined {
  return measure(typeof value === 'string' && /^\d{1,9}(?:\.\d{1,12})?$/.test(value) ? Number(value) : value);
}

/**
 * Usage of Anthropic messages, also on Bedrock (`inputTokens`). What is read from or written to the cache is added to
 * `input_tokens`, so the total is their sum.
 */
function readAnthropicUsage(raw: unknown): Usage {
  const usage = usageIn(raw);
  const byLife = field(usage, 'cache_creation');
  const fresh = count(usage, 'input_tokens', 'inputTokens');
  const read = count(usage, 'cache_read_input_tokens', 'cacheReadInputTokens');
  const written1h = count(byLife, 'ephemeral_1h_input_tokens');
  const written5m = count(byLife, 'ephemeral_5m_input_tokens');
  const written =
    count(usage, 'cache_creation_input_tokens', 'cacheWriteInputTokens') ?? sum(written5m, written1h);
  const input = fresh === undefined ? undefined : sum(fresh, read, written);
  // The last event of a stream has the output only.
  const parts = input === undefined ? {} : { read, written, written1h };
  return known({
    inputTokens: input,
    outputTokens: count(usage, 'output_tokens', 'outputTokens'),
    cachedInputTokens: parts.read,
    cacheWriteInputTokens: fiveMinutes(parts.written, parts.written1h),
    cacheWrite1hInputTokens: parts.written1h,
    reasoningOutputTokens: count(field(usage, 'output_tokens_details'), 'thinking_tokens'),
    webSearchCalls: count(field(usage, 'server_tool_use'), 'web_search_requests'),
  });
}

/** What is not said to live an hour lives five minutes. */
function fiveMinutes(written: number | undefined, written1h: number | undefined): number | undefined {
  return written === undefined ? undefined : Math.max(written - (written1h ?? 0), 0);
}

const MAX_DETAILS = 100;

/**
 * Usage of Gemini (`usageMetadata`, in camelCase or snake_case). Cached tokens are part of the prompt; thoughts are
 * added to the answer, and the tokens of tool results to the prompt.
 */
function readGeminiUsage(raw: unknown): Usage {
  const usage = field(raw, 'usageMetadata') ?? field(raw, 'usage_metadata') ?? raw;
  const prompt = count(usage, 'promptTokenCount', 'prompt_token_count');
  const tool = count(usage, 'toolUsePromptTokenCount', 'tool_use_prompt_token_count');
  const thoughts = count(usage, 'thoughtsTokenCount', 'thoughts_token_count');
  const answer = count(
    usage,
    'candidatesTokenCount',
    'candidates_token_count',
    'responseTokenCount',
    'response_token_count',
  );
  const total = count(usage, 'totalTokenCount', 'total_token_count');
  const input = prompt === undefined ? undefined : sum(prompt, tool);
  const heard = byModality(usage, 'promptTokensDetails', 'prompt_tokens_details');
  const fromTools = byModality(usage, 'toolUsePromptTokensDetails', 'tool_use_prompt_tokens_details');
  const cached = byModality(usage, 'cacheTokensDetails', 'cache_tokens_details');
  const said =
    byModality(usage, 'candidatesTokensDetails', 'candidates_tokens_details') ??
    byModality(usage, 'responseTokensDetails', 'response_tokens_details');
  return known({
    inputTokens: input,
    outputTokens:
      sum(answer, thoughts) ??
      (total === undefined || input === undefined || total < input ? undefined : total - input),
    cachedInputTokens: count(usage, 'cachedContentTokenCount', 'cached_content_token_count'),
    audioInputTokens: sum(heard?.audio, fromTools?.audio),
    cachedAudioInputTokens: cached?.audio,
    imageInputTokens: sum(heard?.image, fromTools?.image),
    cachedImageInputTokens: cached?.image,
    videoInputTokens: sum(heard?.video, fromTools?.video),
    reasoningOutputTokens: thoughts,
    audioOutputTokens: said?.audio,
    imageOutputTokens: said?.image,
    videoOutputTokens: said?.video,
  });
}

interface Modalities {
  readonly audio: number;
  readonly image: number;
  readonly video: number;
}

/** Tokens by kind; a kind that a list of them leaves out is none. */
function byModality(usage: unknown, camel: string, snake: string): Modalities | undefined {
  const details = field(usage, camel) ?? field(usage, snake);
  if (!Array.isArray(details)) return undefined;
  const found = { audio: 0, image: 0, video: 0 };
  for (let index = 0; index < details.length && index < MAX_DETAILS; index += 1) {
    const detail: unknown = details[index];
    const modality = field(detail, 'modality');
    const tokens = count(detail, 'tokenCount', 'token_count') ?? 0;
    if (modality === 'AUDIO') found.audio += tokens;
    else if (modality === 'IMAGE') found.image += tokens;
    else if (modality === 'VIDEO') found.video += tokens;
  }
  return found;
}

/** A property of anything; `undefined` where there is none. Throws where a getter does: the reader catches it once. */
function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The first of some properties that is a count of tokens or calls: a safe integer from 0 up. */
function count(value: unknown, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const found = field(value, name);
    if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) return found + 0;
  }
  return undefined;
}

const MAX_MEASURE = 1e12;

/** A measure that may be broken, such as seconds or US dollars. */
function measure(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MAX_MEASURE ? value + 0 : undefined;
}

/** Adds counts; not known where none of them is. */
function sum(...counts: readonly (number | undefined)[]): number | undefined {
  let total: number | undefined;
  for (const each of counts) if (each !== undefined) total = (total ?? 0) + each;
  return total;
}

type Fields = { readonly [K in keyof Usage]: Usage[K] | undefined };

/** A usage without the fields that are not known. */
function known(fields: Fields): Usage {
  const usage: Record<string, unknown> = {};
  for (const name in fields) {
    const value = fields[name as keyof Usage];
    if (value !== undefined) usage[name] = value;
  }
  return usage;
}
