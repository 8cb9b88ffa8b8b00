import { count, field, isStated, known, sum, usageIn } from './read-fields.ts';
import { knownCounts, unknownUnits } from './unknown-units.ts';
import type { Usage } from './usage.ts';

/** Counts that are read below, their parts, and counts that Anthropic does not bill. */
const KNOWN = knownCounts(
  [
    'input_tokens',
    'inputTokens',
    'output_tokens',
    'outputTokens',
    'totalTokens',
    'total_tokens',
    'cache_read_input_tokens',
    'cacheReadInputTokens',
    'cache_creation_input_tokens',
    'cacheWriteInputTokens',
  ],
  {
    cache_creation: knownCounts(['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens']),
    output_tokens_details: knownCounts(['thinking_tokens']),
    server_tool_use: knownCounts(['web_search_requests', 'web_fetch_requests', 'tool_search_requests']),
    // Usage of each step, which the totals include.
    iterations: undefined,
  },
);

/**
 * Reads the usage of Anthropic messages, also on Bedrock (`inputTokens`). Anthropic's `input_tokens` does not include
 * tokens read from or written to the cache, so the total is the sum of all three.
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
  // The last event of a stream has only the output.
  const parts = input === undefined ? {} : { read, written, written1h };
  const isInputAbsent =
    fresh === undefined && (isStated(usage, 'input_tokens', 'inputTokens') || (sum(read, written) ?? 0) > 0);
  const isOutputAbsent = fresh !== undefined && !isStated(usage, 'output_tokens', 'outputTokens');
  return known({
    inputTokens: input,
    outputTokens: count(usage, 'output_tokens', 'outputTokens'),
    cachedInputTokens: parts.read,
    cacheWriteInputTokens: fiveMinutes(parts.written, parts.written1h),
    cacheWrite1hInputTokens: parts.written1h,
    reasoningOutputTokens: count(field(usage, 'output_tokens_details'), 'thinking_tokens'),
    webSearchCalls: count(field(usage, 'server_tool_use'), 'web_search_requests'),
    ...(fresh === undefined ? undefined : unknownUnits(usage, KNOWN)),
    ...(isInputAbsent ? { absentInputTokens: 1 } : undefined),
    ...(isOutputAbsent ? { absentOutputTokens: 1 } : undefined),
  });
}

/** Written tokens that are not reported as kept for an hour are kept for five minutes. */
function fiveMinutes(written: number | undefined, written1h: number | undefined): number | undefined {
  return written === undefined ? undefined : Math.max(written - (written1h ?? 0), 0);
}
