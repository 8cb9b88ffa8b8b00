import { asRecord } from './record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `prompt_cache_options` of an answer whose prompt is kept for 12 hours. */
export const TWELVE_HOURS = { ttl: '12h' } as const;

/** Parts of a message, and what a tool has answered in parts. */
const MAX_DEPTH = 3;

/** Whether options of a cache or a breakpoint in it ask for 12 hours. */
export function isTwelveHours(options: unknown): boolean {
  return asRecord(options)?.['ttl'] === TWELVE_HOURS.ttl;
}

/**
 * An answer with the life of the cache that its request asked for. Writes for 12 hours have a price of their own, so
 * their count must not be absent; an answer of chat completions, or one that breakpoints differ from, does not say so.
 */
export function withCacheLife(answer: unknown, request: Fields): unknown {
  const isLong =
    isTwelveHours(request['prompt_cache_options']) ||
    hasLongBreakpoint(request['messages'] ?? request['input'], 0);
  return isLong ? { ...asRecord(answer), prompt_cache_options: TWELVE_HOURS } : answer;
}

function hasLongBreakpoint(items: unknown, depth: number): boolean {
  if (!Array.isArray(items) || depth > MAX_DEPTH) return false;
  for (const item of items as unknown[]) {
    const fields = asRecord(item);
    if (fields === undefined) continue;
    if (isTwelveHours(fields['prompt_cache_breakpoint'])) return true;
    if (hasLongBreakpoint(fields['content'] ?? fields['output'], depth + 1)) return true;
  }
  return false;
}
