import type { BilledUsage } from './bill.ts';
import type { Scenario } from '../scenario.ts';

/** Thoughts of a reasoning model, in tokens, where the scenario says nothing. */
const REASONING_TOKENS = 16;

/**
 * The counts of one answer: words, unless the scenario says otherwise. `visible` are the tokens that the caller sees;
 * thoughts and rejected predictions come on top, as on the real wire.
 */
export function countUsage(
  scenario: Scenario,
  counted: {
    input: number;
    visible: number;
    thinks: boolean;
    audioInput?: number;
    audioOutput?: number;
    imageInput?: number;
  },
): Required<
  Pick<BilledUsage, 'inputTokens' | 'outputTokens' | 'cachedInputTokens' | 'reasoningOutputTokens'>
> &
  BilledUsage {
  const stated = scenario.usage ?? {};
  const reasoning = stated['reasoningOutputTokens'] ?? (counted.thinks ? REASONING_TOKENS : 0);
  const rejected = stated['rejectedPredictionTokens'] ?? 0;
  const parts =
    (stated['cachedInputTokens'] ?? 0) +
    (stated['audioInputTokens'] ?? 0) +
    (stated['imageInputTokens'] ?? 0);
  return {
    inputTokens: Math.max(counted.input, parts),
    outputTokens: counted.visible + reasoning + rejected + (stated['audioOutputTokens'] ?? 0),
    cachedInputTokens: 0,
    audioInputTokens: counted.audioInput ?? 0,
    imageInputTokens: counted.imageInput ?? 0,
    audioOutputTokens: counted.audioOutput ?? 0,
    ...stated,
    reasoningOutputTokens: reasoning,
  };
}
