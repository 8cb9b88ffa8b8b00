import { cacheWritesOf } from '@userspan/core/internal';
import type { Usage } from '@userspan/pricing';

import type { Generation, LLMResult } from './langchain-events.ts';
import { fieldsOf, firstCount } from './read-value.ts';

/** Counts of one answer, and whether LangChain estimated them. */
export interface ModelUsage {
  readonly usage: Usage;
  readonly isEstimated: boolean;
}

/**
 * Reads the usage of an answer from its message (`usage_metadata`, which is the same for all vendors and whose input
 * includes cached tokens), otherwise from the older `llmOutput.tokenUsage`; `undefined` without counts.
 */
export function modelUsage(result: LLMResult, generation: Generation | undefined): ModelUsage | undefined {
  const counted = fromMessage(generation?.message?.usage_metadata);
  if (counted !== undefined) return { usage: counted, isEstimated: false };
  const output = result.llmOutput;
  const reported = fromTotals(
    output?.['tokenUsage'] ?? output?.['usage'] ?? generation?.generationInfo?.['tokenUsage'],
  );
  if (reported !== undefined) return { usage: reported, isEstimated: false };
  const estimated = fromTotals(
    output?.['estimatedTokenUsage'] ?? generation?.generationInfo?.['estimatedTokenUsage'],
  );
  return estimated === undefined ? undefined : { usage: estimated, isEstimated: true };
}

function fromMessage(value: unknown): Usage | undefined {
  const metadata = fieldsOf(value);
  const inputs = fieldsOf(metadata['input_token_details']);
  const outputs = fieldsOf(metadata['output_token_details']);
  const input = firstCount(metadata['input_tokens']);
  const output = firstCount(metadata['output_tokens']);
  const total = firstCount(metadata['total_tokens']) ?? 0;
  const reasoning = firstCount(outputs['reasoning']);
  // In `@langchain/google-genai`, Gemini's thoughts are in the total and not in the output.
  const unsaid = reasoning === undefined ? Math.max(0, total - (input ?? 0) - (output ?? 0)) : 0;
  const { cacheWrite, cacheWrite1h } = cacheWritesOf((name) => firstCount(inputs[name]));
  return known({
    inputTokens: input,
    outputTokens: unsaid === 0 ? output : (output ?? 0) + unsaid,
    cachedInputTokens: firstCount(inputs['cache_read']),
    cacheWriteInputTokens: cacheWrite,
    cacheWrite1hInputTokens: cacheWrite1h,
    audioInputTokens: firstCount(inputs['audio']),
    imageInputTokens: firstCount(inputs['image']),
    videoInputTokens: firstCount(inputs['video']),
    reasoningOutputTokens: unsaid === 0 ? reasoning : unsaid,
    audioOutputTokens: firstCount(outputs['audio']),
    imageOutputTokens: firstCount(outputs['image']),
  });
}

function fromTotals(value: unknown): Usage | undefined {
  const totals = fieldsOf(value);
  return known({
    inputTokens: firstCount(totals['promptTokens'], totals['prompt_tokens'], totals['input_tokens']),
    outputTokens: firstCount(
      totals['completionTokens'],
      totals['completion_tokens'],
      totals['output_tokens'],
    ),
  });
}

/** The usage without unknown counts. If input and output are both zero, as in a stream without counts, it is unknown. */
function known(counts: { readonly [Field in keyof Usage]: Usage[Field] | undefined }): Usage | undefined {
  if ((counts.inputTokens ?? 0) === 0 && (counts.outputTokens ?? 0) === 0) return undefined;
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)) as Usage;
}
