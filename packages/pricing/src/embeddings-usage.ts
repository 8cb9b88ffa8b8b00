import { readOpenAIUsage, usageIn } from './openai-usage.ts';
import { count } from './usage-fields.ts';
import type { Usage } from './usage.ts';

/** Usage of embeddings: there is no output; some vendors give the total only. */
export function readEmbeddingsUsage(raw: unknown): Usage {
  const { outputTokens: _none, ...usage } = readOpenAIUsage(raw);
  if (usage.inputTokens !== undefined) return usage;
  const total = count(usageIn(raw), 'total_tokens');
  return total === undefined ? usage : { ...usage, inputTokens: total };
}
