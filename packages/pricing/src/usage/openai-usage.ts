import { addDollars } from '../billing/bill.ts';
import type { MutableUsage } from './read-fields.ts';
import { count, field, known, measure, put, putAll, sum, usageIn } from './read-fields.ts';
import { countToolCalls } from './tool-calls.ts';
import { toolUsage } from './tool-usage.ts';
import { unknownUnits } from './unknown-units.ts';
import type { Usage } from './usage.ts';

/** Counts that are read below, that are parts of those, or that are not billed. */
const KNOWN: ReadonlySet<string> = new Set([
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
  'cache_write_tokens',
  'cache_creation_tokens',
  'ttl_12h_tokens',
  'ttl_30m_tokens',
  'ephemeral_5m_input_tokens',
  'text_tokens',
  'audio_tokens',
  'image_tokens',
  'video_tokens',
  'cached_text_tokens',
  'cached_audio_tokens',
  'cached_image_tokens',
  'accepted_prediction_tokens',
  'rejected_prediction_tokens',
  'characters',
  'seconds',
  'prompt_audio_seconds',
]);
/** Objects of a usage that count nothing: costs in dollars, and the usage of each step, which the totals have. */
const IGNORED: ReadonlySet<string> = new Set([
  'cost',
  'cost_details',
  'iterations',
  'tool_usage',
  'svg_usage',
]);

/**
 * Usage of OpenAI's APIs and of those that speak like them. Cached, cache-write, audio, picture, reasoning and
 * prediction tokens are parts of the totals.
 *
 * `raw` is the `usage` of an answer or the whole answer (also Groq's last chunk, with `x_groq.usage`).
 */
export function readOpenAIUsage(raw: unknown): Usage {
  const usage = usageIn(raw);
  const input =
    field(usage, 'prompt_tokens_details') ??
    field(usage, 'input_tokens_details') ??
    field(usage, 'input_token_details');
  const output =
    field(usage, 'completion_tokens_details') ??
    field(usage, 'output_tokens_details') ??
    field(usage, 'output_token_details');
  const reasoning = count(output, 'reasoning_tokens') ?? count(usage, 'reasoning_tokens');
  const read: MutableUsage = {};
  put(read, 'inputTokens', inputTokens(usage));
  put(read, 'outputTokens', outputTokens(usage, output, reasoning));
  put(read, 'reasoningOutputTokens', reasoning);
  putInputParts(read, usage, input);
  put(read, 'audioOutputTokens', count(output, 'audio_tokens'));
  put(read, 'imageOutputTokens', count(output, 'image_tokens'));
  put(read, 'videoOutputTokens', count(output, 'video_tokens'));
  put(read, 'citationOutputTokens', count(usage, 'citation_tokens'));
  put(read, 'characters', count(usage, 'characters'));
  put(read, 'seconds', measure(field(usage, 'prompt_audio_seconds')));
  put(read, 'webSearchCalls', count(usage, 'num_search_queries'));
  put(read, 'providerCostUsd', reportedCost(usage));
  putAll(read, countToolCalls(field(raw, 'output')));
  putAll(read, toolUsage(raw));
  if (hasCounts(usage)) putAll(read, unknownUnits(usage, KNOWN, IGNORED));
  return read;
}

/** The parts of the input: cached, written to the cache, audio, pictures and video. */
function putInputParts(read: MutableUsage, usage: unknown, input: unknown): void {
  const cached = field(input, 'cached_tokens_details');
  const written =
    count(input, 'cache_write_tokens', 'cache_creation_tokens') ??
    count(usage, 'cache_creation_input_tokens', 'cache_write_input_tokens');
  const written12h = count(field(input, 'cache_write_tokens_details'), 'ttl_12h_tokens');
  put(
    read,
    'cachedInputTokens',
    count(input, 'cached_tokens') ??
      count(usage, 'prompt_cache_hit_tokens', 'cached_tokens') ??
      count(usage, 'cache_read_input_tokens'),
  );
  put(
    read,
    'cacheWriteInputTokens',
    written === undefined ? undefined : Math.max(written - (written12h ?? 0), 0),
  );
  // A field that is always there and nearly always zero stays out.
  put(read, 'cacheWrite12hInputTokens', written12h === 0 ? undefined : written12h);
  put(read, 'audioInputTokens', count(input, 'audio_tokens'));
  put(read, 'imageInputTokens', count(input, 'image_tokens'));
  put(read, 'videoInputTokens', count(input, 'video_tokens'));
  if (cached === undefined) return;
  put(read, 'cachedTextInputTokens', count(cached, 'text_tokens'));
  put(read, 'cachedAudioInputTokens', count(cached, 'audio_tokens'));
  put(read, 'cachedImageInputTokens', count(cached, 'image_tokens'));
}

function inputTokens(usage: unknown): number | undefined {
  return count(usage, 'prompt_tokens', 'input_tokens');
}

/** Whether an object is a usage, and not a whole answer without one, whose numbers are limits and times. */
function hasCounts(usage: unknown): boolean {
  return (inputTokens(usage) ?? count(usage, 'output_tokens', 'total_tokens')) !== undefined;
}

/**
 * xAI, Gemini's compatible endpoint and Perplexity count reasoning (Perplexity citations, too) beside the completion,
 * all others inside it: the total shows which.
 */
function outputTokens(usage: unknown, details: unknown, reasoning: number | undefined): number | undefined {
  const input = inputTokens(usage);
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

/** Usage of embeddings: there is no output; some vendors give the total only. */
export function readEmbeddingsUsage(raw: unknown): Usage {
  const { outputTokens: _none, ...usage } = readOpenAIUsage(raw);
  if (usage.inputTokens !== undefined) return usage;
  const total = count(usageIn(raw), 'total_tokens');
  return total === undefined ? usage : { ...usage, inputTokens: total };
}

const MAX_OPTION = 32;

/**
 * Usage of pictures made: tokens (gpt-image), or the pictures themselves (dall-e). `raw` is the usage or the whole
 * answer, whose `data` are the pictures; `size` and `quality` are the answer's, or the request's.
 */
export function readImagesUsage(raw: unknown): Usage {
  const data = field(raw, 'data');
  const usage = readOpenAIUsage(raw);
  return {
    ...usage,
    ...known({
      // Without details the whole output is pictures.
      imageOutputTokens: usage.imageOutputTokens ?? usage.outputTokens,
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
export function readAudioUsage(raw: unknown): Usage {
  const usage = usageIn(raw);
  const tokens = readOpenAIUsage(raw);
  if (tokens.inputTokens !== undefined || tokens.outputTokens !== undefined) return tokens;
  const seconds = measure(field(usage, 'seconds')) ?? duration(field(raw, 'duration')) ?? tokens.seconds;
  return seconds === undefined ? tokens : { ...tokens, seconds };
}

function duration(value: unknown): number | undefined {
  return measure(typeof value === 'string' && /^\d{1,9}(?:\.\d{1,12})?$/.test(value) ? Number(value) : value);
}
