import type { MutableUsage } from './read-fields.ts';
import { asCount } from './read-fields.ts';

/**
 * The usages of text as OpenAI's two APIs write them. They are read with `object.name`, because V8's inline caches work per
 * place in the code and this runs for every call.
 */
type TextUsage = Readonly<
  Partial<
    Record<
      | ('prompt_tokens' | 'completion_tokens' | 'prompt_tokens_details' | 'completion_tokens_details')
      | ('input_tokens' | 'output_tokens' | 'input_tokens_details' | 'output_tokens_details')
      | 'total_tokens',
      unknown
    >
  >
>;
type InputDetails = Readonly<
  Partial<Record<'cached_tokens' | 'cache_write_tokens' | 'audio_tokens', unknown>>
>;
type OutputDetails = Readonly<
  Partial<
    Record<
      'reasoning_tokens' | 'audio_tokens' | 'accepted_prediction_tokens' | 'rejected_prediction_tokens',
      unknown
    >
  >
>;

const CHAT: ReadonlySet<string> = new Set([
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'prompt_tokens_details',
  'completion_tokens_details',
]);
const RESPONSES: ReadonlySet<string> = new Set([
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'input_tokens_details',
  'output_tokens_details',
]);
const INPUT: ReadonlySet<string> = new Set(['cached_tokens', 'cache_write_tokens', 'audio_tokens']);
const OUTPUT: ReadonlySet<string> = new Set([
  'reasoning_tokens',
  'audio_tokens',
  'accepted_prediction_tokens',
  'rejected_prediction_tokens',
]);
const NO_DETAILS: object = Object.freeze({});

/**
 * Reads the usage of a call of text, as most are: a total that is the sum of input and output, and only parts that OpenAI
 * reports. `undefined` for every other usage, which `readOpenAIUsage` then reads name by name. For these it takes several
 * times as long.
 */
export function readTextUsage(usage: TextUsage): MutableUsage | undefined {
  const isChat = usage.prompt_tokens !== undefined;
  const input = asCount(isChat ? usage.prompt_tokens : usage.input_tokens);
  const output = asCount(isChat ? usage.completion_tokens : usage.output_tokens);
  if (input === undefined || output === undefined) return undefined;
  if (asCount(usage.total_tokens) !== input + output) return undefined;
  if (!hasOnly(usage, isChat ? CHAT : RESPONSES)) return undefined;
  const read: MutableUsage = { inputTokens: input, outputTokens: output };
  const inputDetails = isChat ? usage.prompt_tokens_details : usage.input_tokens_details;
  const outputDetails = isChat ? usage.completion_tokens_details : usage.output_tokens_details;
  if (inputDetails === undefined && outputDetails === undefined) return read;
  return readDetails(read, inputDetails ?? NO_DETAILS, outputDetails ?? NO_DETAILS) ? read : undefined;
}

/** Adds the parts of the totals. Returns whether they are all known counts. */
function readDetails(read: MutableUsage, input: unknown, output: unknown): boolean {
  if (!hasOnly(input, INPUT) || !hasOnly(output, OUTPUT)) return false;
  const { cached_tokens: cached, cache_write_tokens: written, audio_tokens: audio } = input as InputDetails;
  const parts = output as OutputDetails;
  if (
    !isCountOrAbsent(cached) ||
    !isCountOrAbsent(written) ||
    !isCountOrAbsent(audio) ||
    !isCountOrAbsent(parts.reasoning_tokens) ||
    !isCountOrAbsent(parts.audio_tokens) ||
    !isCountOrAbsent(parts.accepted_prediction_tokens) ||
    !isCountOrAbsent(parts.rejected_prediction_tokens)
  ) {
    return false;
  }
  if (parts.reasoning_tokens !== undefined) read.reasoningOutputTokens = parts.reasoning_tokens + 0;
  if (cached !== undefined) read.cachedInputTokens = cached + 0;
  if (written !== undefined) read.cacheWriteInputTokens = written + 0;
  if (audio !== undefined) read.audioInputTokens = audio + 0;
  if (parts.audio_tokens !== undefined) read.audioOutputTokens = parts.audio_tokens + 0;
  return true;
}

function isCountOrAbsent(value: unknown): value is number | undefined {
  return value === undefined || asCount(value) !== undefined;
}

/** Whether a value is a plain object in which a loop finds no other names than these. */
export function hasOnly(value: unknown, names: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  // oxlint-disable-next-line guard-for-in -- an inherited name counts, too; no list of names is made
  for (const name in value) if (!names.has(name)) return false;
  return true;
}
