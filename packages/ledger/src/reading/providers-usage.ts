import { normalizeUsage } from '@userspan/pricing';
import type { Usage } from '@userspan/pricing';
import { readCount } from './read-attribute.ts';

/**
 * Reads a usage object as a provider's library returns it: OpenAI's two shapes, Anthropic's or Gemini's; `undefined`
 * for any other shape.
 */
export function readProvidersUsage(raw: Readonly<Record<string, unknown>>): Usage | undefined {
  const usage = normalizeUsage(apiOf(raw), raw);
  return Object.keys(usage).length === 0 ? undefined : usage;
}

function apiOf(raw: Readonly<Record<string, unknown>>): 'chat' | 'responses' | 'anthropic' | 'gemini' {
  if (readCount(raw, 'prompt_tokens') !== undefined) return 'chat';
  if ('promptTokenCount' in raw || 'prompt_token_count' in raw) return 'gemini';
  return 'cache_read_input_tokens' in raw || 'cache_creation_input_tokens' in raw ? 'anthropic' : 'responses';
}
