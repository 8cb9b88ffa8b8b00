import type { Usage } from '@userspan/pricing';
import { readProvidersUsage } from './providers-usage.ts';
import { readCount, readFirstCount } from './read-attribute.ts';
import { usageOf } from './usage-counts.ts';

const CACHED = ['input_cached_tokens', 'input_cache_read', 'cache_read_input_tokens', 'input_cached'];
const CACHE_WRITE = ['input_cache_creation', 'cache_creation_input_tokens', 'input_cache_write_tokens'];
const AUDIO_INPUT = ['input_audio_tokens', 'input_audio'];
const AUDIO_OUTPUT = ['output_audio_tokens', 'output_audio'];
const IMAGE_INPUT = ['input_image_tokens', 'input_image'];
const REASONING = ['output_reasoning_tokens', 'output_reasoning'];

/** Reads Langfuse's map of usage: parts that exclude each other, or the map as the provider's library gave it. */
export function langfuseUsage(details: Readonly<Record<string, unknown>> | undefined): Usage | undefined {
  if (details === undefined) return undefined;
  const raw = providersOwn(details);
  if (raw !== undefined) return raw;
  const output = sumOf(details, 'output', 'output_');
  return usageOf({
    input: inputOf(details, output),
    output,
    cached: readFirstCount(details, CACHED),
    cacheWrite: readFirstCount(details, CACHE_WRITE),
    audioInput: readFirstCount(details, AUDIO_INPUT),
    audioOutput: readFirstCount(details, AUDIO_OUTPUT),
    imageInput: readFirstCount(details, IMAGE_INPUT),
    reasoning: readFirstCount(details, REASONING),
  });
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

/** The whole input. Where parts overlap (cached text is cached and text) their sum is too large, and the total knows. */
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
