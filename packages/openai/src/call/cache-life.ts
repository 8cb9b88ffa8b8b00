import { asRecord } from './record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `prompt_cache_options` of an answer whose prompt is cached for 12 hours. */
export const TWELVE_HOURS = { ttl: '12h' } as const;

/** Depth of nested parts that is searched: parts of a message, and parts of a tool's answer. */
const MAX_DEPTH = 3;

/** Whether options of a cache or of one of its breakpoints request 12 hours. */
export function isTwelveHours(options: unknown): boolean {
  return asRecord(options)?.['ttl'] === TWELVE_HOURS.ttl;
}

/**
 * Adds the request's cache duration to an answer. Writes for 12 hours have a separate price, so their count must not be
 * missing, but answers of chat completions, and those whose breakpoints have another duration, do not show it.
 */
export function withCacheLife(answer: unknown, request: Fields): unknown {
  const isLong =
    isTwelveHours(request['prompt_cache_options']) ||
    hasLongBreakpoint(request['messages'] ?? request['input'], 0);
  return isLong ? { ...asRecord(answer), prompt_cache_options: TWELVE_HOURS } : answer;
}

function hasLongBreakpoint(items: unknown, depth: number): boolean {
  if (!Array.isArray(items) || depth > MAX_DEPTH) return false;
  // By index, because this runs for every call, and V8 allocates iterators until it has optimized a loop.
  for (let i = 0; i < items.length; i += 1) {
    const fields = asRecord(items[i]);
    if (fields === undefined) continue;
    if (isTwelveHours(fields['prompt_cache_breakpoint'])) return true;
    if (hasLongBreakpoint(fields['content'] ?? fields['output'], depth + 1)) return true;
  }
  return false;
}
