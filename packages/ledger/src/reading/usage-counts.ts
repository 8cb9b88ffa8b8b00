import type { Usage } from '@userspan/pricing';
import type { UnknownCounts } from './unknown-counts.ts';

/** The counts of one call in a dialect. `NaN` is a count that cannot be read. */
export interface UsageCounts {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  /** Input plus output. It shows which counts are included in them. */
  readonly total?: number | undefined;
  readonly cached?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly audioInput?: number | undefined;
  readonly audioOutput?: number | undefined;
  readonly imageInput?: number | undefined;
  readonly imageOutput?: number | undefined;
  readonly videoInput?: number | undefined;
  readonly videoOutput?: number | undefined;
  readonly textInput?: number | undefined;
  readonly textOutput?: number | undefined;
  readonly cachedText?: number | undefined;
  readonly cachedAudio?: number | undefined;
  readonly cachedImage?: number | undefined;
  readonly webSearches?: number | undefined;
  readonly fileSearches?: number | undefined;
  readonly codeInterpreterSessions?: number | undefined;
  readonly unknown?: UnknownCounts | undefined;
  /** Whether `input` does not include cached tokens, as at Anthropic. */
  readonly cacheIsBeside?: boolean | undefined;
  /** Whether `output` does not include reasoning, as at Gemini. */
  readonly reasoningIsBeside?: boolean | undefined;
}

const FIELDS: readonly (readonly [from: keyof UsageCounts, to: keyof Usage])[] = [
  ['cached', 'cachedInputTokens'],
  ['cacheWrite', 'cacheWriteInputTokens'],
  ['cacheWrite1h', 'cacheWrite1hInputTokens'],
  ['reasoning', 'reasoningOutputTokens'],
  ['audioInput', 'audioInputTokens'],
  ['audioOutput', 'audioOutputTokens'],
  ['imageInput', 'imageInputTokens'],
  ['imageOutput', 'imageOutputTokens'],
  ['videoInput', 'videoInputTokens'],
  ['videoOutput', 'videoOutputTokens'],
  ['textInput', 'textInputTokens'],
  ['textOutput', 'textOutputTokens'],
  ['cachedText', 'cachedTextInputTokens'],
  ['cachedAudio', 'cachedAudioInputTokens'],
  ['cachedImage', 'cachedImageInputTokens'],
  ['webSearches', 'webSearchCalls'],
  ['fileSearches', 'fileSearchCalls'],
  ['codeInterpreterSessions', 'codeInterpreterSessions'],
];

/** Counts that are not parts of others. */
const WHOLES: ReadonlySet<string> = new Set(['input', 'output', 'total']);

/**
 * Converts a dialect's counts to a usage with totals and their parts; `undefined` without any count.
 *
 * If there is a total, it shows whether the input includes cached tokens and the output includes reasoning. Otherwise a
 * part that is larger than its whole cannot be included in it, so it is added, regardless of the dialect.
 */
export function usageOf(counts: UsageCounts): Usage | undefined {
  const parts = countParts(counts);
  if (Number.isNaN(parts)) return usageWithout(counts);
  const cached = counts.cached ?? sumOf(counts.cachedText, counts.cachedAudio, counts.cachedImage);
  const countedInput =
    counts.input ?? sumOf(counts.textInput, counts.audioInput, counts.imageInput, counts.videoInput);
  const countedOutput =
    counts.output ?? sumOf(counts.textOutput, counts.audioOutput, counts.imageOutput, counts.videoOutput);
  const input = countedInput ?? restOf(counts.total, countedOutput);
  const output = countedOutput ?? restOf(counts.total, countedInput);
  const cache = (cached ?? 0) + (counts.cacheWrite ?? 0) + (counts.cacheWrite1h ?? 0);
  const reasoning = counts.reasoning ?? 0;
  const proof = proofOf(counts.total, input, output, cache, reasoning);
  const usage: Record<string, number> = {};
  if (input !== undefined) {
    const isBeside = proof?.cacheIsBeside ?? counts.cacheIsBeside;
    usage['inputTokens'] = wholeOf(input, cache, isBeside, proof !== undefined);
  }
  if (output !== undefined) {
    const isBeside = proof?.reasoningIsBeside ?? counts.reasoningIsBeside;
    usage['outputTokens'] = wholeOf(output, reasoning, isBeside, proof !== undefined);
  }
  addParts(usage, counts, parts, cached);
  if (counts.unknown !== undefined) Object.assign(usage, counts.unknown);
  return Object.keys(usage).length === 0 ? undefined : usage;
}

/** The other of input and output: 0 if one of them is the total, otherwise unknown. */
function restOf(total: number | undefined, counted: number | undefined): 0 | undefined {
  return total !== undefined && total === counted ? 0 : undefined;
}

/** Number of counts that are parts of others; `NaN` if a count cannot be read. */
function countParts(counts: UsageCounts): number {
  let parts = 0;
  for (const field in counts) {
    const count = counts[field as keyof UsageCounts];
    if (typeof count !== 'number') continue;
    if (Number.isNaN(count)) return count;
    if (!WHOLES.has(field)) parts += 1;
  }
  return parts;
}

/**
 * Adds the parts. Stops early, because most calls have none or only the first, and checking all of them would dominate
 * the run time.
 */
function addParts(
  usage: Record<string, number>,
  counts: UsageCounts,
  parts: number,
  cached: number | undefined,
): void {
  let left = counts.cached === undefined && cached !== undefined ? parts + 1 : parts;
  for (const [from, to] of FIELDS) {
    if (left === 0) return;
    const count = from === 'cached' ? cached : counts[from];
    if (typeof count !== 'number') continue;
    usage[to] = count;
    left -= 1;
  }
}

/**
 * The count including a part. The part is added if the dialect does not include it, or if it is larger than the count
 * and the total does not prove that it is included.
 */
function wholeOf(count: number, part: number, isBeside: boolean | undefined, isProven: boolean): number {
  return isBeside === true || (!isProven && part > count) ? count + part : count;
}

/** The usage without unreadable counts. The first of them is named, so that the call is not priced without it. */
function usageWithout(counts: UsageCounts): Usage | undefined {
  const entries = Object.entries(counts) as [keyof UsageCounts, unknown][];
  const usage = usageOf(Object.fromEntries(entries.filter(([, count]) => !Number.isNaN(count))));
  // The total is a sum of the others and is not billed.
  const unreadable = entries.find(([field, count]) => Number.isNaN(count) && field !== 'total');
  return unreadable === undefined ? usage : { ...usage, unreadableCount: unreadable[0] };
}

interface Proof {
  readonly cacheIsBeside: boolean;
  readonly reasoningIsBeside: boolean;
}

/** What the total proves; `undefined` if it fits none or several of the ways to count. */
function proofOf(
  total: number | undefined,
  input: number | undefined,
  output: number | undefined,
  cache: number,
  reasoning: number,
): Proof | undefined {
  if (total === undefined || input === undefined || output === undefined) return undefined;
  const ways: readonly Proof[] = [
    { cacheIsBeside: false, reasoningIsBeside: false },
    ...(cache > 0 ? [{ cacheIsBeside: true, reasoningIsBeside: false }] : []),
    ...(reasoning > 0 ? [{ cacheIsBeside: false, reasoningIsBeside: true }] : []),
    ...(cache > 0 && reasoning > 0 ? [{ cacheIsBeside: true, reasoningIsBeside: true }] : []),
  ];
  const fitting = ways.filter(
    (way) =>
      total === input + output + (way.cacheIsBeside ? cache : 0) + (way.reasoningIsBeside ? reasoning : 0) &&
      (way.cacheIsBeside || cache <= input) &&
      (way.reasoningIsBeside || reasoning <= output),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function sumOf(...counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
}
