import type { Usage } from '@userspan/pricing';

/** The counts of one call as a dialect has them. */
export interface UsageCounts {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cached?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly audioInput?: number | undefined;
  readonly audioOutput?: number | undefined;
  readonly imageInput?: number | undefined;
  readonly imageOutput?: number | undefined;
  /** Cache counts stand beside `input` and are not in it (Anthropic's own way). */
  readonly cacheIsBeside?: boolean | undefined;
  /** Reasoning stands beside `output` (Gemini's own way). */
  readonly reasoningIsBeside?: boolean | undefined;
}

/**
 * Makes totals of a dialect's counts, with their parts: `undefined` when there is no count at all.
 *
 * A part that is larger than its whole cannot be in it, so it is added, whatever the dialect claims.
 */
export function usageOf(counts: UsageCounts): Usage | undefined {
  const cache = (counts.cached ?? 0) + (counts.cacheWrite ?? 0) + (counts.cacheWrite1h ?? 0);
  const usage: { -readonly [field in keyof Usage]: Usage[field] } = {};
  if (counts.input !== undefined) {
    const beside = (counts.cacheIsBeside ?? false) || cache > counts.input;
    usage.inputTokens = beside ? counts.input + cache : counts.input;
  }
  if (counts.output !== undefined) {
    const reasoning = counts.reasoning ?? 0;
    const beside = (counts.reasoningIsBeside ?? false) || reasoning > counts.output;
    usage.outputTokens = beside ? counts.output + reasoning : counts.output;
  }
  if (counts.cached !== undefined) usage.cachedInputTokens = counts.cached;
  if (counts.cacheWrite !== undefined) usage.cacheWriteInputTokens = counts.cacheWrite;
  if (counts.cacheWrite1h !== undefined) usage.cacheWrite1hInputTokens = counts.cacheWrite1h;
  if (counts.reasoning !== undefined) usage.reasoningOutputTokens = counts.reasoning;
  if (counts.audioInput !== undefined) usage.audioInputTokens = counts.audioInput;
  if (counts.audioOutput !== undefined) usage.audioOutputTokens = counts.audioOutput;
  if (counts.imageInput !== undefined) usage.imageInputTokens = counts.imageInput;
  if (counts.imageOutput !== undefined) usage.imageOutputTokens = counts.imageOutput;
  return Object.keys(usage).length === 0 ? undefined : usage;
}
