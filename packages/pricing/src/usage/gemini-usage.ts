import { count, field, known, sum } from './read-fields.ts';
import { knownCounts, unknownUnits } from './unknown-units.ts';
import type { Usage } from './usage.ts';

/** Counts that are read below, and their parts. */
const KNOWN = knownCounts(
  [
    'promptTokenCount',
    'prompt_token_count',
    'toolUsePromptTokenCount',
    'tool_use_prompt_token_count',
    'thoughtsTokenCount',
    'thoughts_token_count',
    'candidatesTokenCount',
    'candidates_token_count',
    'responseTokenCount',
    'response_token_count',
    'totalTokenCount',
    'total_token_count',
    'cachedContentTokenCount',
    'cached_content_token_count',
  ],
  Object.fromEntries(
    // Lists of tokens by modality, whose sum is one of the counts.
    [
      'promptTokensDetails',
      'prompt_tokens_details',
      'toolUsePromptTokensDetails',
      'tool_use_prompt_tokens_details',
      'cacheTokensDetails',
      'cache_tokens_details',
      'candidatesTokensDetails',
      'candidates_tokens_details',
      'responseTokensDetails',
      'response_tokens_details',
    ].map((name) => [name, undefined]),
  ),
);

const MAX_DETAILS = 100;

/**
 * Usage of Gemini (`usageMetadata`, in camelCase or snake_case). Gemini's prompt includes cached tokens. Thoughts are
 * added to the output, and tokens of tool results to the input.
 */
export function readGeminiUsage(raw: unknown): Usage {
  const usage = field(raw, 'usageMetadata') ?? field(raw, 'usage_metadata') ?? raw;
  const prompt = count(usage, 'promptTokenCount', 'prompt_token_count');
  const tool = count(usage, 'toolUsePromptTokenCount', 'tool_use_prompt_token_count');
  const thoughts = count(usage, 'thoughtsTokenCount', 'thoughts_token_count');
  const answer =
    count(usage, 'candidatesTokenCount', 'candidates_token_count') ??
    count(usage, 'responseTokenCount', 'response_token_count');
  const total = count(usage, 'totalTokenCount', 'total_token_count');
  const input = prompt === undefined ? undefined : sum(prompt, tool);
  const heard = byModality(usage, 'promptTokensDetails', 'prompt_tokens_details');
  const fromTools = byModality(usage, 'toolUsePromptTokensDetails', 'tool_use_prompt_tokens_details');
  const cached = byModality(usage, 'cacheTokensDetails', 'cache_tokens_details');
  const made =
    byModality(usage, 'candidatesTokensDetails', 'candidates_tokens_details') ??
    byModality(usage, 'responseTokensDetails', 'response_tokens_details');
  const tokens = outputOf(answer, thoughts, beyondInput(total, input));
  return known({
    inputTokens: input,
    outputTokens: tokens.output,
    cachedInputTokens: count(usage, 'cachedContentTokenCount', 'cached_content_token_count'),
    audioInputTokens: sum(heard?.audio, fromTools?.audio),
    cachedAudioInputTokens: cached?.audio,
    imageInputTokens: sum(heard?.image, fromTools?.image),
    cachedImageInputTokens: cached?.image,
    cachedVideoInputTokens: cached?.video === 0 ? undefined : cached?.video,
    videoInputTokens: sum(heard?.video, fromTools?.video),
    reasoningOutputTokens: thoughts,
    audioOutputTokens: made?.audio,
    imageOutputTokens: made?.image,
    videoOutputTokens: made?.video,
    ...tokens.unknown,
    ...(prompt === undefined ? undefined : unknownUnits(usage, KNOWN)),
  });
}

function beyondInput(total: number | undefined, input: number | undefined): number | undefined {
  return total === undefined || input === undefined ? undefined : total - input;
}

/** The output: answer and thoughts. Without the count of the answer, only the total has its tokens. */
function outputOf(
  answer: number | undefined,
  thoughts: number | undefined,
  beyond: number | undefined,
): { readonly output: number | undefined; readonly unknown?: Record<string, number> } {
  const isInTotal = answer === undefined && beyond !== undefined && beyond >= (thoughts ?? 0);
  const output = isInTotal ? beyond : sum(answer, thoughts);
  const uncounted = (beyond ?? 0) - (output ?? 0);
  return uncounted > 0 ? { output, unknown: { uncounted_tokens: uncounted } } : { output };
}

interface Modalities {
  readonly audio: number;
  readonly image: number;
  readonly video: number;
}

/** Tokens by modality. A modality that the list leaves out counts as 0. */
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
