import { count, field, measure, usageIn } from './read-fields.ts';
import { readOpenAIUsage } from './openai-usage.ts';
import { knownCounts, unknownUnits } from './unknown-units.ts';
import type { Usage } from './usage.ts';

/**
 * Reads the usage of a transcription or translation: tokens, or `{ type: 'duration', seconds }`, or the `duration` of a
 * verbose answer (a number, or a string in older answers).
 */
export function readAudioUsage(raw: unknown): Usage {
  const usage = usageIn(raw);
  const tokens = readOpenAIUsage(raw);
  if (tokens.inputTokens !== undefined || tokens.outputTokens !== undefined) {
    return isAudioAbsent(tokens, usage) ? { ...tokens, ...ABSENT_AUDIO_INPUT } : tokens;
  }
  const seconds = measure(field(usage, 'seconds')) ?? duration(field(raw, 'duration')) ?? tokens.seconds;
  // A whole answer without a usage has other numbers, such as times and tokens of its segments.
  const counted = field(raw, 'usage') ?? (field(raw, 'seconds') === undefined ? undefined : raw);
  const unknown = unknownUnits(counted, DURATION);
  return seconds === undefined ? { ...tokens, ...unknown } : { ...tokens, ...unknown, seconds };
}

/**
 * Reads the usage of a response of a realtime session. Its input and output are mostly audio, so without the count of
 * audio the price of text would be too low.
 */
export function readRealtimeUsage(raw: unknown): Usage {
  const usage = readAudioUsage(raw);
  const { outputTokens = 0, audioOutputTokens } = usage;
  if (outputTokens === 0 || audioOutputTokens !== undefined) return usage;
  return isTextOnly(raw) ? { ...usage, audioOutputTokens: 0 } : { ...usage, ...ABSENT_AUDIO_OUTPUT };
}

const ABSENT_AUDIO_INPUT: Readonly<Record<string, number>> = { absentAudioInputTokens: 1 };
const ABSENT_AUDIO_OUTPUT: Readonly<Record<string, number>> = { absentAudioOutputTokens: 1 };

/** Whether some of the input may be audio that is not counted as such: without a count, or in a sum of parts that is too small. */
function isAudioAbsent({ inputTokens = 0, audioInputTokens, ...parts }: Usage, usage: unknown): boolean {
  // Mistral counts audio in seconds.
  if (inputTokens === 0 || parts.seconds !== undefined) return false;
  if (audioInputTokens === undefined) return true;
  const text = count(
    field(usage, 'input_token_details') ?? field(usage, 'input_tokens_details'),
    'text_tokens',
  );
  const { imageInputTokens = 0, videoInputTokens = 0 } = parts;
  return text !== undefined && text + audioInputTokens + imageInputTokens + videoInputTokens < inputTokens;
}

/** Whether a response of a realtime session says that it has no audio. */
function isTextOnly(response: unknown): boolean {
  const modalities = field(response, 'output_modalities') ?? field(response, 'modalities');
  return Array.isArray(modalities) && modalities.length > 0 && !modalities.includes('audio');
}

const DURATION = knownCounts(['seconds', 'prompt_audio_seconds']);

function duration(value: unknown): number | undefined {
  return measure(typeof value === 'string' && /^\d{1,9}(?:\.\d{1,12})?$/.test(value) ? Number(value) : value);
}
