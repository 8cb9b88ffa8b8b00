import { addDollars } from '../billing/bill.ts';
import type { MutableUsage } from './read-fields.ts';
import { asCount, count, field, fieldsOf, measure, putAll, sum, usageIn } from './read-fields.ts';
import { countToolCalls, UNCOUNTED_PICTURES } from './tool-calls.ts';
import { readTextUsage } from './text-usage.ts';
import { countsPictures, toolUsage } from './tool-usage.ts';
import { knownCounts, unknownUnits } from './unknown-units.ts';
import type { Usage } from './usage.ts';

const PARTS = ['text_tokens', 'audio_tokens', 'image_tokens', 'video_tokens'] as const;
/**
 * Anthropic's cache writes as gateways pass them on. Writes for an hour have another price, so here they are an unknown
 * unit.
 */
const CACHE_CREATION = knownCounts(['ephemeral_5m_input_tokens']);
const INPUT = knownCounts(
  [...PARTS, 'cached_tokens', 'cache_write_tokens', 'cache_creation_tokens', 'cache_creation_input_tokens'],
  {
    cached_tokens_details: knownCounts(['text_tokens', 'audio_tokens', 'image_tokens']),
    cache_write_tokens_details: knownCounts(['ttl_12h_tokens', 'ttl_30m_tokens']),
    cache_creation: CACHE_CREATION,
    cache_creation_token_details: CACHE_CREATION,
  },
);
const OUTPUT = knownCounts([
  ...PARTS,
  'reasoning_tokens',
  'accepted_prediction_tokens',
  'rejected_prediction_tokens',
]);
/** Counts that are read below, their parts, and counts that are not billed. */
const KNOWN = knownCounts(
  [
    'prompt_tokens',
    'completion_tokens',
    'input_tokens',
    'output_tokens',
    'total_tokens',
    'prompt_eval_tokens',
    'reasoning_tokens',
    'citation_tokens',
    'cached_tokens',
    'num_cached_tokens',
    'num_search_queries',
    'prompt_cache_hit_tokens',
    'prompt_cache_miss_tokens',
    'cache_read_input_tokens',
    'cache_creation_input_tokens',
    'cache_write_input_tokens',
    'text_tokens',
    'characters',
    'prompt_audio_seconds',
  ],
  {
    prompt_tokens_details: INPUT,
    input_tokens_details: INPUT,
    input_token_details: INPUT,
    prompt_token_details: INPUT,
    completion_tokens_details: OUTPUT,
    output_tokens_details: OUTPUT,
    output_token_details: OUTPUT,
    completion_token_details: OUTPUT,
    cache_creation: CACHE_CREATION,
    // Dollars, the usage of each step (which the totals include), and fields that are read separately.
    cost: undefined,
    cost_details: undefined,
    iterations: undefined,
    tool_usage: undefined,
    svg_usage: undefined,
  },
);

/**
 * Objects with unknown fields. They are read with `object.name` and not through a function that takes the name, because
 * V8's inline caches work per place in the code and this runs for every call.
 */
type RawUsage = Readonly<
  Partial<
    Record<
      | ('prompt_tokens' | 'input_tokens' | 'completion_tokens' | 'output_tokens' | 'total_tokens')
      | ('prompt_tokens_details' | 'input_tokens_details' | 'input_token_details' | 'prompt_token_details')
      | ('completion_tokens_details' | 'output_tokens_details' | 'output_token_details')
      | 'completion_token_details'
      | ('cached_tokens' | 'prompt_cache_hit_tokens' | 'cache_read_input_tokens')
      | ('cache_creation_input_tokens' | 'cache_write_input_tokens')
      | ('reasoning_tokens' | 'citation_tokens' | 'characters' | 'prompt_audio_seconds')
      | (
          | 'num_search_queries'
          | 'cost'
          | 'currency'
          | 'is_byok'
          | 'cost_details'
          | 'cost_in_usd_ticks'
          | 'estimated_cost'
        ),
      unknown
    >
  >
>;
type RawInput = Readonly<
  Partial<
    Record<
      | ('cached_tokens' | 'cached_tokens_details' | 'audio_tokens' | 'image_tokens' | 'video_tokens')
      | ('cache_write_tokens' | 'cache_creation_tokens' | 'cache_creation_input_tokens')
      | 'cache_write_tokens_details',
      unknown
    >
  >
>;
type RawOutput = Readonly<
  Partial<Record<'reasoning_tokens' | 'audio_tokens' | 'image_tokens' | 'video_tokens', unknown>>
>;
type RawCached = Readonly<Partial<Record<'text_tokens' | 'audio_tokens' | 'image_tokens', unknown>>>;

/**
 * Reads the usage of OpenAI's APIs and of compatible ones. Cached, cache-write, audio, picture, reasoning and
 * prediction tokens are parts of the totals.
 *
 * `raw` is the `usage` of an answer or the whole answer (also Groq's last chunk, with `x_groq.usage`). If a count that
 * every answer should have is absent, the cost is partial.
 */
export function readOpenAIUsage(raw: unknown): Usage {
  const usage: RawUsage = fieldsOf(usageIn(raw));
  const text = readTextUsage(usage);
  if (text !== undefined && (text.cacheWriteInputTokens === 0 || !keepsFor12Hours(raw))) {
    if (raw !== usage) putTools(text, raw);
    return text;
  }
  const read = readCounts(raw, usage);
  // All APIs except embeddings report both, so the absent count was billed and is unknown.
  if (hasInput(usage) !== hasOutput(usage) && !isTotalOf(usage, read)) {
    putAll(read, { [hasInput(usage) ? 'absentOutputTokens' : 'absentInputTokens']: 1 });
  }
  return read;
}

function readCounts(raw: unknown, usage: RawUsage): MutableUsage {
  // Runs of assistants, Mistral and some gateways write `token` instead of `tokens`.
  const input =
    usage.prompt_tokens_details ??
    usage.input_tokens_details ??
    usage.input_token_details ??
    usage.prompt_token_details;
  const output =
    usage.completion_tokens_details ??
    usage.output_tokens_details ??
    usage.output_token_details ??
    usage.completion_token_details;
  const parts: RawOutput = fieldsOf(output);
  const reasoning = asCount(parts.reasoning_tokens) ?? asCount(usage.reasoning_tokens);
  const citations = asCount(usage.citation_tokens);
  const searches = asCount(usage.num_search_queries);
  const inputTotal = asCount(usage.prompt_tokens) ?? asCount(usage.input_tokens);
  const outputTotal =
    citations === undefined && searches === undefined
      ? outputTokens(usage, inputTotal, output === undefined, reasoning)
      : sum(outputCount(usage), reasoning, citations);
  const audio = asCount(parts.audio_tokens);
  const image = asCount(parts.image_tokens);
  const video = asCount(parts.video_tokens);
  const characters = asCount(usage.characters);
  const seconds = measure(usage.prompt_audio_seconds);
  const costUsd = reportedCost(usage);
  const read: MutableUsage = {};
  if (inputTotal !== undefined) read.inputTokens = inputTotal;
  if (outputTotal !== undefined) read.outputTokens = outputTotal;
  if (reasoning !== undefined) read.reasoningOutputTokens = reasoning;
  readInputParts(read, raw, usage, fieldsOf(input));
  if (audio !== undefined) read.audioOutputTokens = audio;
  if (image !== undefined) read.imageOutputTokens = image;
  if (video !== undefined) read.videoOutputTokens = video;
  if (citations !== undefined) read.citationOutputTokens = citations;
  if (characters !== undefined) read.characters = characters;
  if (seconds !== undefined) read.seconds = seconds;
  if (searches !== undefined) read.webSearchCalls = searches;
  if (costUsd !== undefined) read.providerCostUsd = costUsd;
  putTools(read, raw);
  if (citations === undefined && searches === undefined) {
    putAll(read, uncountedTokens(usage, inputTotal, outputTotal));
  }
  if (hasCounts(usage)) putAll(read, unknownUnits(usage, KNOWN));
  return read;
}

function putTools(read: MutableUsage, answer: unknown): void {
  putAll(read, toolCallsOf(answer));
  putAll(read, toolUsage(answer));
}

/** The tool calls of an answer. If it counts the tokens of pictures, also zero, these are known. */
function toolCallsOf(raw: unknown): Usage | undefined {
  const calls = countToolCalls(field(raw, 'output'));
  if (calls?.[UNCOUNTED_PICTURES] === undefined || !countsPictures(raw)) return calls;
  const { [UNCOUNTED_PICTURES]: _counted, ...others } = calls;
  return { ...others, imageToolOutputTokens: 0 };
}

/** Whether an object is a usage. A whole answer without a usage has other numbers, such as limits and times. */
function hasCounts(usage: RawUsage): boolean {
  return hasInput(usage) || hasOutput(usage) || isGiven(usage.total_tokens);
}

function hasInput(usage: RawUsage): boolean {
  return isGiven(usage.prompt_tokens ?? usage.input_tokens);
}

function hasOutput(usage: RawUsage): boolean {
  return isGiven(usage.completion_tokens ?? usage.output_tokens);
}

/**
 * Whether the total covers all tokens: tokens beyond the known counts are then counted as such, and nothing is absent.
 */
function isTotalOf(usage: RawUsage, { inputTokens, outputTokens }: Usage): boolean {
  const total = asCount(usage.total_tokens);
  return total !== undefined && total >= (inputTokens ?? outputTokens ?? 0);
}

function isGiven(count: unknown): boolean {
  return count !== undefined && count !== null;
}

/** Tokens in the total that are in neither the input nor the output. */
function uncountedTokens(
  usage: RawUsage,
  input: number | undefined,
  output: number | undefined,
): Record<string, number> | undefined {
  if (input === undefined && output === undefined) return undefined;
  const beyond = (asCount(usage.total_tokens) ?? 0) - (input ?? 0) - (output ?? 0);
  return beyond > 0 ? { uncounted_tokens: beyond } : undefined;
}

/** The parts of the input: cached, written to the cache, audio, pictures and video. */
function readInputParts(read: MutableUsage, raw: unknown, usage: RawUsage, input: RawInput): void {
  const written =
    asCount(input.cache_write_tokens) ??
    asCount(input.cache_creation_tokens) ??
    asCount(input.cache_creation_input_tokens) ??
    asCount(usage.cache_creation_input_tokens) ??
    asCount(usage.cache_write_input_tokens) ??
    writtenByKind(input.cache_write_tokens_details);
  const written12h = count(input.cache_write_tokens_details, 'ttl_12h_tokens');
  if (written12h === undefined && written !== 0 && keepsFor12Hours(raw)) {
    putAll(read, ABSENT_12_HOURS);
  }
  const cached =
    asCount(input.cached_tokens) ??
    asCount(usage.prompt_cache_hit_tokens) ??
    asCount(usage.cached_tokens) ??
    asCount(usage.cache_read_input_tokens);
  const audio = asCount(input.audio_tokens);
  const image = asCount(input.image_tokens);
  const video = asCount(input.video_tokens);
  if (cached !== undefined) read.cachedInputTokens = cached;
  if (written !== undefined) read.cacheWriteInputTokens = Math.max(written - (written12h ?? 0), 0);
  // Nearly always zero, so it is left out then.
  if (written12h !== undefined && written12h !== 0) read.cacheWrite12hInputTokens = written12h;
  if (audio !== undefined) read.audioInputTokens = audio;
  if (image !== undefined) read.imageInputTokens = image;
  if (video !== undefined) read.videoInputTokens = video;
  if (input.cached_tokens_details !== undefined) readCachedParts(read, input.cached_tokens_details);
}

const ABSENT_12_HOURS: Readonly<Record<string, number>> = { absentCacheWrite12hInputTokens: 1 };

/** Whether an answer says that its prompt is cached for 12 hours. Such writes have their own price. */
function keepsFor12Hours(answer: unknown): boolean {
  return field(field(answer, 'prompt_cache_options'), 'ttl') === '12h';
}

/** The sum of the known kinds of cache writes, for answers without a total. */
function writtenByKind(details: unknown): number | undefined {
  return details === undefined
    ? undefined
    : sum(count(details, 'ttl_30m_tokens'), count(details, 'ttl_12h_tokens'));
}

function readCachedParts(read: MutableUsage, details: unknown): void {
  const cached: RawCached = fieldsOf(details);
  const text = asCount(cached.text_tokens);
  const audio = asCount(cached.audio_tokens);
  const image = asCount(cached.image_tokens);
  if (text !== undefined) read.cachedTextInputTokens = text;
  if (audio !== undefined) read.cachedAudioInputTokens = audio;
  if (image !== undefined) read.cachedImageInputTokens = image;
}

function outputCount(usage: RawUsage): number | undefined {
  return asCount(usage.completion_tokens) ?? asCount(usage.output_tokens);
}

/**
 * The output including reasoning. xAI and Gemini's compatible endpoint do not include reasoning in the completion, all
 * others do; the total shows which. Perplexity also counts citations and searches, so its total is different.
 */
function outputTokens(
  usage: RawUsage,
  input: number | undefined,
  hasNoDetails: boolean,
  reasoning: number | undefined,
): number | undefined {
  const output = outputCount(usage);
  const total = asCount(usage.total_tokens);
  if (output === undefined || input === undefined || total === undefined) return output;
  const beside = total - input - output;
  if (beside <= 0) return output;
  return (reasoning === undefined ? hasNoDetails : beside === reasoning) ? output + beside : output;
}

const TICKS_PER_DOLLAR = 10_000_000_000;

/**
 * The cost that the provider reports, in US dollars: OpenRouter's `cost`, Perplexity's `cost.total_cost`, xAI's
 * `cost_in_usd_ticks`, DeepInfra's `estimated_cost`. A cost in another `currency` is not read.
 */
function reportedCost(usage: RawUsage): number | undefined {
  if (typeof usage.currency === 'string' && usage.currency.toUpperCase() !== 'USD') return undefined;
  const { cost } = usage;
  if (usage.is_byok === true) return byokCost(usage, measure(cost));
  const ticks = measure(usage.cost_in_usd_ticks);
  return (
    measure(cost) ??
    (cost === undefined ? undefined : measure(field(cost, 'total_cost'))) ??
    (ticks === undefined ? undefined : ticks / TICKS_PER_DOLLAR) ??
    measure(usage.estimated_cost)
  );
}

/** With the caller's own key, `cost` is only OpenRouter's fee. The vendor bills the caller for the rest. */
function byokCost(usage: RawUsage, fee: number | undefined): number | undefined {
  const upstream = measure(field(usage.cost_details, 'upstream_inference_cost'));
  return upstream === undefined ? undefined : addDollars(upstream, fee ?? 0);
}

/**
 * Reads the usage of embeddings. They have no output, so an output count has no price. Some vendors report only the
 * total.
 */
export function readEmbeddingsUsage(raw: unknown): Usage {
  const { outputTokens, ...input } = readCounts(raw, fieldsOf(usageIn(raw)));
  // Moderations are free and have a usage only at hosts that count something.
  const counted = field(raw, 'usage');
  if (isGiven(counted) && !hasCounts(fieldsOf(counted))) return { ...input, ...unknownUnits(counted, KNOWN) };
  const usage = outputTokens === undefined || outputTokens === 0 ? input : { ...input, outputTokens };
  if (usage.inputTokens !== undefined) return usage;
  const total = count(usageIn(raw), 'total_tokens');
  return total === undefined ? usage : { ...usage, inputTokens: total };
}
