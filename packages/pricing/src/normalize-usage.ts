import type { Usage } from './usage.ts';
import { readChatUsage } from './chat-usage.ts';

/** The API whose usage is read; each vendor counts in its own way. */
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

/** Reads a vendor's usage. */
export function normalizeUsage(api: UsageApi, raw: unknown): Usage {
  try {
    return readChatUsage(api, raw);
  } catch {
    return {};
  }
}
