import { readAnthropicUsage } from './anthropic-usage.ts';
import { readAudioUsage, readRealtimeUsage } from './audio-usage.ts';
import { readGeminiUsage } from './gemini-usage.ts';
import { readImagesUsage } from './images-usage.ts';
import { readEmbeddingsUsage, readOpenAIUsage } from './openai-usage.ts';
import type { Usage } from './usage.ts';

/** The API that reported a usage. Vendors count in different ways. */
export type UsageApi =
  | 'chat'
  | 'responses'
  | 'completions'
  | 'embeddings'
  | 'images'
  | 'audio'
  | 'speech'
  | 'realtime'
  | 'anthropic'
  | 'gemini';

const READERS: ReadonlyMap<UsageApi, (raw: unknown) => Usage> = new Map(
  Object.entries({
    chat: readOpenAIUsage,
    responses: readOpenAIUsage,
    completions: readOpenAIUsage,
    embeddings: readEmbeddingsUsage,
    images: readImagesUsage,
    audio: readAudioUsage,
    speech: readOpenAIUsage,
    realtime: readRealtimeUsage,
    anthropic: readAnthropicUsage,
    gemini: readGeminiUsage,
  } satisfies Record<UsageApi, (raw: unknown) => Usage>) as [UsageApi, (raw: unknown) => Usage][],
);

/**
 * Converts a vendor's usage to one shape, in which every detailed count is part of its total. `raw` is the usage of an
 * answer or the whole answer. Values that are not counts are left out. Never throws; returns `{}` for unreadable
 * values.
 */
export function normalizeUsage(api: UsageApi, raw: unknown): Usage {
  try {
    return READERS.get(api)?.(raw) ?? {};
  } catch {
    return {};
  }
}
