import { count, field, known, sum } from './usage-fields.ts';
import { usageIn } from './openai-usage.ts';
import type { Usage } from './usage.ts';

/**
 * Usage of Anthropic messages, also on Bedrock (`inputTokens`). What is read from or written to the cache is added to
 * `input_tokens`, so the total is their sum.
 */
export function readAnthropicUsage(raw: unknown): Usage {
  const usage = usageIn(raw);
  const byLife = field(usage, 'cache_creation');
  const fresh = count(usage, 'input_tokens', 'inputTokens');
  const read = count(usage, 'cache_read_input_tokens', 'cacheReadInputTokens');
  const written1h = count(byLife, 'ephemeral_1h_input_tokens');
  const written5m = count(byLife, 'ephemeral_5m_input_tokens');
  const written =
    count(usage, 'cache_creation_input_tokens', 'cacheWriteInputTokens') ?? sum(written5m, written1h);
  const input = fresh === undefined ? undefined : sum(fresh, read, written);
  // The last event of a stream has the output only.
  const parts = input === undefined ? {} : { read, written, written1h };
  return known({
    inputTokens: input,
    outputTokens: count(usage, 'output_tokens', 'outputTokens'),
    cachedInputTokens: parts.read,
    cacheWriteInputTokens: fiveMinutes(parts.written, parts.written1h),
    cacheWrite1hInputTokens: parts.written1h,
    reasoningOutputTokens: count(field(usage, 'output_tokens_details'), 'thinking_tokens'),
    webSearchCalls: count(field(usage, 'server_tool_use'), 'web_search_requests'),
  });
}

/** What is not said to live an hour lives five minutes. */
function fiveMinutes(written: number | undefined, written1h: number | undefined): number | undefined {
  return written === undefined ? undefined : Math.max(written - (written1h ?? 0), 0);
}
