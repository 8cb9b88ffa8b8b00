/**
 * Tokens written to the cache, from the `input_token_details` of LangChain, where `read` gives a count by its name:
 * `cache_creation` has all of them, or 0 where they are counted by how long they are kept.
 */
export function cacheWritesOf(read: (name: string) => number | undefined): {
  readonly cacheWrite: number | undefined;
  readonly cacheWrite1h: number | undefined;
} {
  const all = read('cache_creation');
  const fiveMinutes = read('ephemeral_5m_input_tokens');
  const hour = read('ephemeral_1h_input_tokens');
  const isKnown = all !== undefined || fiveMinutes !== undefined;
  return {
    cacheWrite: isKnown ? Math.max(fiveMinutes ?? 0, (all ?? 0) - (hour ?? 0)) : undefined,
    cacheWrite1h: hour,
  };
}
