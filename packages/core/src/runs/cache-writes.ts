/**
 * Tokens written to the cache, from LangChain's `input_token_details`; `read` returns a count by its name. `cache_creation`
 * is the total, or 0 where the tokens are counted by their time to live instead.
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
