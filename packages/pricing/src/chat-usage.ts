import { countOf, field, known } from './usage-fields.ts';
import type { Usage } from './usage.ts';

/** Usage of chat completions, responses and embeddings: parts are counted inside the totals. */
export function readChatUsage(_api: string, raw: unknown): Usage {
  const usage = raw;
  const input = field(usage, 'prompt_tokens_details') ?? field(usage, 'input_tokens_details');
  const output = field(usage, 'completion_tokens_details') ?? field(usage, 'output_tokens_details');
  return known<Usage>({
    inputTokens: countOf(field(usage, 'prompt_tokens')) ?? countOf(field(usage, 'input_tokens')),
    outputTokens: countOf(field(usage, 'completion_tokens')) ?? countOf(field(usage, 'output_tokens')),
    cachedInputTokens: countOf(field(input, 'cached_tokens')),
    audioInputTokens: countOf(field(input, 'audio_tokens')),
    reasoningOutputTokens: countOf(field(output, 'reasoning_tokens')),
    audioOutputTokens: countOf(field(output, 'audio_tokens')),
  });
}
