import type { BilledUsage } from '../billing/bill.ts';

/** Counts as the `usage` object of chat completions. */
export function chatUsage(usage: BilledUsage, host: string): object {
  const input = usage.inputTokens ?? 0;
  const output = usage.outputTokens ?? 0;
  const cost =
    host === 'openrouter' && usage.providerCostUsd !== undefined
      ? {
          cost: Number(usage.providerCostUsd),
          is_byok: false,
          cost_details: { upstream_inference_cost: null },
        }
      : {};
  const timing =
    host === 'groq' ? { queue_time: 0.01, prompt_time: 0.01, completion_time: 0.01, total_time: 0.02 } : {};
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      audio_tokens: usage.audioInputTokens ?? 0,
      ...(usage.cacheWriteInputTokens === undefined
        ? {}
        : { cache_write_tokens: usage.cacheWriteInputTokens }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningOutputTokens ?? 0,
      audio_tokens: usage.audioOutputTokens ?? 0,
      accepted_prediction_tokens: usage.acceptedPredictionTokens ?? 0,
      rejected_prediction_tokens: usage.rejectedPredictionTokens ?? 0,
    },
    ...cost,
    ...timing,
  };
}
