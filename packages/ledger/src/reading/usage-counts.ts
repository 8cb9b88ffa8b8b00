import type { Usage } from '@userspan/pricing';
import type { UnknownCounts } from './unknown-counts.ts';

/** The counts of one call as a dialect has them. `NaN` is a count that cannot be read. */
export interface UsageCounts {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  /** Input and output together: it proves what is a part of them and what stands beside. */
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
  /** Cache counts stand beside `input` and are not in it (Anthropic's own way). */
  readonly cacheIsBeside?: boolean | undefined;
  /** Reasoning stands beside `output` (Gemini's own way). */
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

/** The counts that are no parts of others. */
const WHOLES: ReadonlySet<string> = new Set(['input', 'output', 'total']);

/**
 * Makes totals of a dialect's counts, with their parts: `undefined` when there is no count at all.
 *
 * Whether cached tokens are a part of the input and reasoning a part of the output follows from the total where there
 * is one. Otherwise a part that is larger than its whole cannot be in it, so it is added, whatever the dialect claims.
 */
export function usageOf(counts: UsageCounts): Usage | undefined {
  const parts = countParts(counts);
  if (Number.isNaN(parts)) return usageWithout(counts);
  const cached = counts.cached ?? sumOf(counts.cachedText, counts.cachedAudio, counts.cachedImage);
  const input =
    counts.input ?? sumOf(counts.textInput, counts.audioInput, counts.imageInput, counts.videoInput);
  const output =
    counts.output ?? sumOf(counts.textOutput, counts.audioOutput, counts.imageOutput, counts.videoOutput);
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

/** How many counts are parts of others; `NaN` where a count cannot be read. */
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

/** Adds the parts. Most calls have none, or the first one, and to look for all of them takes longer than all else. */
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

/** A count with what stands beside it: a part that is larger than it does, unless the opposite is proven. */
function wholeOf(count: number, part: number, isBeside: boolean | undefined, isProven: boolean): number {
  return isBeside === true || (!isProven && part > count) ? count + part : count;
}

/** The usage without the counts that cannot be read: the first of them is named, so that the call gets no price without it. */
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

/** What the total proves; `undefined` where it fits none of the ways to count, or more than one. */
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
