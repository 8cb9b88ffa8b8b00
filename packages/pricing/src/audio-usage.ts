import { readOpenAIUsage, usageIn } from './openai-usage.ts';
import { field, measure } from './usage-fields.ts';
import type { Usage } from './usage.ts';

/**
 * Usage of a transcription or translation: tokens, or `{ type: 'duration', seconds }`, or the `duration` of a verbose
 * answer (a number, or a text in older answers).
 */
export function readAudioUsage(raw: unknown): Usage {
  const usage = usageIn(raw);
  const tokens = readOpenAIUsage(raw);
  if (tokens.inputTokens !== undefined || tokens.outputTokens !== undefined) return tokens;
  const seconds = measure(field(usage, 'seconds')) ?? duration(field(raw, 'duration')) ?? tokens.seconds;
  return seconds === undefined ? tokens : { ...tokens, seconds };
}

function duration(value: unknown): number | undefined {
  return measure(typeof value === 'string' && /^\d{1,9}(?:\.\d{1,12})?$/.test(value) ? Number(value) : value);
}
