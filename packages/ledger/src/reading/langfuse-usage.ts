import type { Usage } from '@userspan/pricing';
import { readProvidersUsage } from './providers-usage.ts';
import { readCount, readFirstCount } from './read-attribute.ts';
import { addUnknownCount } from './unknown-counts.ts';
import type { UnknownCounts } from './unknown-counts.ts';
import { usageOf } from './usage-counts.ts';
import type { UsageCounts } from './usage-counts.ts';

/** Names of parts, in order of precedence. The last ones are used by its LangChain handler with Gemini. */
const PARTS = {
  cached: ['input_cached_tokens', 'input_cache_read', 'cache_read_input_tokens', 'input_cached'],
  cacheWrite: [
    'input_ephemeral_5m_input_tokens',
    'input_cache_creation',
    'cache_creation_input_tokens',
    'input_cache_write_tokens',
  ],
  cacheWrite1h: ['input_ephemeral_1h_input_tokens'],
  audioInput: ['input_audio_tokens', 'input_audio', 'input_modality_AUDIO'],
  audioOutput: ['output_audio_tokens', 'output_audio', 'output_modality_AUDIO'],
  imageInput: ['input_image_tokens', 'input_image', 'input_modality_IMAGE'],
  imageOutput: ['output_image_tokens', 'output_image', 'output_modality_IMAGE'],
  videoInput: ['input_video_tokens', 'input_video', 'input_modality_VIDEO'],
  videoOutput: ['output_video_tokens', 'output_video', 'output_modality_VIDEO'],
  reasoning: ['output_reasoning_tokens', 'output_reasoning'],
} satisfies Partial<Record<keyof UsageCounts, readonly string[]>>;
const PART_OF_SIDE = /^(?:input|output|cache)_/;
const PART_NAMES: ReadonlySet<string> = new Set(Object.values(PARTS).flat());

/** Reads Langfuse's usage map: parts that exclude each other, or the usage as the provider's library returned it. */
export function langfuseUsage(details: Readonly<Record<string, unknown>> | undefined): Usage | undefined {
  if (details === undefined) return undefined;
  const raw = providersOwn(details);
  if (raw !== undefined) return raw;
  const output = sumOf(details, 'output', 'output_');
  const parts: Partial<Record<keyof typeof PARTS, number>> = {};
  for (const [part, names] of Object.entries(PARTS)) {
    const count = readFirstCount(details, names);
    if (count !== undefined) parts[part as keyof typeof PARTS] = count;
  }
  return usageOf({ ...parts, input: inputOf(details, output), output, unknown: unknownOf(details) });
}

/** Parts without a field in `Usage`. Their price is unknown. */
function unknownOf(details: Readonly<Record<string, unknown>>): UnknownCounts | undefined {
  let found: UnknownCounts | undefined;
  for (const key of Object.keys(details)) {
    if (!PART_OF_SIDE.test(key) || PART_NAMES.has(key)) continue;
    found = addUnknownCount(found, details, key, key.endsWith('_tokens') ? key : `${key}_tokens`);
  }
  return found;
}

function providersOwn(details: Readonly<Record<string, unknown>>): Usage | undefined {
  if (readCount(details, 'promptTokens') !== undefined) {
    return usageOf({
      input: readCount(details, 'promptTokens'),
      output: readCount(details, 'completionTokens'),
    });
  }
  const isRaw =
    readCount(details, 'prompt_tokens') !== undefined || readCount(details, 'input_tokens') !== undefined;
  return isRaw ? readProvidersUsage(details) : undefined;
}

/**
 * The total input. If parts overlap (cached text is both cached and text), their sum is too large, so it is derived
 * from the total.
 */
function inputOf(details: Readonly<Record<string, unknown>>, output: number | undefined): number | undefined {
  const sum = sumOf(details, 'input', 'input_', 'cache_');
  const total = readCount(details, 'total');
  if (sum === undefined || total === undefined || total < (output ?? 0)) return sum;
  return Math.min(sum, total - (output ?? 0));
}

function sumOf(
  details: Readonly<Record<string, unknown>>,
  whole: string,
  ...prefixes: readonly string[]
): number | undefined {
  let sum = readCount(details, whole);
  for (const key of Object.keys(details)) {
    const isPart = typeof details[key] !== 'object' && prefixes.some((prefix) => key.startsWith(prefix));
    const part = isPart ? readCount(details, key) : undefined;
    if (part !== undefined) sum = (sum ?? 0) + part;
  }
  return sum;
}
