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
 * else from the older `llmOutput.tokenUsage`; `undefined` where there are no counts.
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
  // `@langchain/google-genai` leaves Gemini's thoughts out of the output, but not out of the total.
  const unsaid = reasoning === undefined ? Math.max(0, total - (input ?? 0) - (output ?? 0)) : 0;
  return known({
    inputTokens: input,
    outputTokens: unsaid === 0 ? output : (output ?? 0) + unsaid,
    cachedInputTokens: firstCount(inputs['cache_read']),
    ...cacheWritesOf(inputs),
    audioInputTokens: firstCount(inputs['audio']),
    imageInputTokens: firstCount(inputs['image']),
    videoInputTokens: firstCount(inputs['video']),
    reasoningOutputTokens: unsaid === 0 ? reasoning : unsaid,
    audioOutputTokens: firstCount(outputs['audio']),
    imageOutputTokens: firstCount(outputs['image']),
  });
}

/** Tokens written to the cache: `cache_creation` has all of them, or 0 where they are told apart by how long they are kept. */
function cacheWritesOf(inputs: Readonly<Record<string, unknown>>): Usage {
  const all = firstCount(inputs['cache_creation']);
  const fiveMinutes = firstCount(inputs['ephemeral_5m_input_tokens']);
  const hour = firstCount(inputs['ephemeral_1h_input_tokens']);
  const written: { cacheWriteInputTokens?: number; cacheWrite1hInputTokens?: number } = {};
  if (all !== undefined || fiveMinutes !== undefined)
    written.cacheWriteInputTokens = Math.max(fiveMinutes ?? 0, (all ?? 0) - (hour ?? 0));
  if (hour !== undefined) written.cacheWrite1hInputTokens = hour;
  return written;
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

/** A stream without counts has zeroes for both: the usage is unknown. */
function known(counts: { readonly [Field in keyof Usage]: Usage[Field] | undefined }): Usage | undefined {
  if ((counts.inputTokens ?? 0) === 0 && (counts.outputTokens ?? 0) === 0) return undefined;
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)) as Usage;
}
