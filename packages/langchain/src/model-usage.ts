import type { Usage } from '@userspan/pricing';

import type { Generation, LLMResult } from './langchain-events.ts';
import { fieldsOf, firstCount } from './read-value.ts';

/** Counts of one answer, and whether LangChain only guessed them. */
export interface ModelUsage {
  readonly usage: Usage;
  readonly isEstimated: boolean;
}

/**
 * Reads what an answer used: from its message (`usage_metadata`, all vendors in one shape, input with what was cached),
 * else from the older `llmOutput.tokenUsage`; `undefined` where nobody counted.
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
  const { input_tokens, output_tokens, input_token_details, output_token_details } = fieldsOf(value);
  const inputs = fieldsOf(input_token_details);
  const outputs = fieldsOf(output_token_details);
  return known({
    inputTokens: firstCount(input_tokens),
    outputTokens: firstCount(output_tokens),
    cachedInputTokens: firstCount(inputs['cache_read']),
    cacheWriteInputTokens: firstCount(inputs['cache_creation']),
    audioInputTokens: firstCount(inputs['audio']),
    reasoningOutputTokens: firstCount(outputs['reasoning']),
    audioOutputTokens: firstCount(outputs['audio']),
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

/** A stream without counts gives zeroes for both: nobody counted. */
function known(counts: { readonly [Field in keyof Usage]: Usage[Field] | undefined }): Usage | undefined {
  if ((counts.inputTokens ?? 0) === 0 && (counts.outputTokens ?? 0) === 0) return undefined;
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)) as Usage;
}
