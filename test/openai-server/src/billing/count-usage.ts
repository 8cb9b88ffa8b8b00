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
  const said = scenario.usage ?? {};
  const reasoning = said['reasoningOutputTokens'] ?? (counted.thinks ? REASONING_TOKENS : 0);
  const rejected = said['rejectedPredictionTokens'] ?? 0;
  const parts =
    (said['cachedInputTokens'] ?? 0) + (said['audioInputTokens'] ?? 0) + (said['imageInputTokens'] ?? 0);
  return {
    inputTokens: Math.max(counted.input, parts),
    outputTokens: counted.visible + reasoning + rejected + (said['audioOutputTokens'] ?? 0),
    cachedInputTokens: 0,
    audioInputTokens: counted.audioInput ?? 0,
    imageInputTokens: counted.imageInput ?? 0,
    audioOutputTokens: counted.audioOutput ?? 0,
    ...said,
    reasoningOutputTokens: reasoning,
  };
}
