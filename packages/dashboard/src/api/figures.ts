/** What every row of the API counts. */
export interface Figures {
  readonly calls: number;
  readonly pricedCalls: number;
  readonly unpricedCalls: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  /** US dollars; null where no call has a price. */
  readonly cost: number | null;
  readonly costExact: string | null;
  readonly averageCost: number | null;
  readonly claimedCalls: number;
  readonly latencyMs: number | null;
}

/** One page of a list. */
export interface Page<Row> {
  readonly data: readonly Row[];
  readonly nextCursor: string | null;
}

/** All tokens a row was billed for. */
export function tokensOf(figures: Pick<Figures, 'inputTokens' | 'outputTokens'>): number {
  return figures.inputTokens + figures.outputTokens;
}
