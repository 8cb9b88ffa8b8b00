import { reportedCost } from './reported-cost.ts';
import { countToolCalls } from './tool-calls.ts';
import { count, field, known, measure, sum } from './usage-fields.ts';
import type { Usage } from './usage.ts';

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
export function usageIn(raw: unknown): unknown {
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
