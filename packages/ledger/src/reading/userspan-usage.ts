import { USAGE_PREFIX } from '@userspan/core/semconv';
import type { Usage } from '@userspan/pricing';
import { readAmount, readCount, readText } from './read-attribute.ts';
import type { Attributes } from '../span.ts';

/** Counts that the GenAI conventions have no name for, as `userspan.usage.*`. */
const COUNTS: readonly (readonly [field: keyof Usage, key: string])[] = [
  ['audioInputTokens', `${USAGE_PREFIX}audio_input_tokens`],
  ['cachedAudioInputTokens', `${USAGE_PREFIX}cached_audio_input_tokens`],
  ['imageInputTokens', `${USAGE_PREFIX}image_input_tokens`],
  ['cachedImageInputTokens', `${USAGE_PREFIX}cached_image_input_tokens`],
  ['audioOutputTokens', `${USAGE_PREFIX}audio_output_tokens`],
  ['imageOutputTokens', `${USAGE_PREFIX}image_output_tokens`],
  ['characters', `${USAGE_PREFIX}characters`],
  ['images', `${USAGE_PREFIX}images`],
  ['webSearchCalls', `${USAGE_PREFIX}web_search_calls`],
  ['fileSearchCalls', `${USAGE_PREFIX}file_search_calls`],
  ['codeInterpreterSessions', `${USAGE_PREFIX}code_interpreter_sessions`],
];

/** Reads what Userspan's own instrumentations add to the conventions' counts. */
export function readUserspanUsage(attributes: Attributes): Usage | undefined {
  const usage: Record<string, number | string> = {};
  for (const [field, key] of COUNTS) {
    const count = readCount(attributes, key);
    if (count !== undefined) usage[field] = count;
  }
  const seconds = readAmount(attributes, `${USAGE_PREFIX}seconds`);
  if (seconds !== undefined) usage['seconds'] = seconds;
  const providerCostUsd = readAmount(attributes, `${USAGE_PREFIX}provider_cost_usd`);
  if (providerCostUsd !== undefined) usage['providerCostUsd'] = providerCostUsd;
  const size = readText(attributes, `${USAGE_PREFIX}image_size`);
  if (size !== undefined) usage['imageSize'] = size;
  const quality = readText(attributes, `${USAGE_PREFIX}image_quality`);
  if (quality !== undefined) usage['imageQuality'] = quality;
  return Object.keys(usage).length === 0 ? undefined : usage;
}
