import type { Answer } from './answer.ts';

/** What every row of the API counts. */
export type Figures = Answer<'readSummary'>['unattributed'];

/** One page of a list. */
export interface Page<Row> {
  readonly data: readonly Row[];
  readonly nextCursor: string | null;
}

/** All tokens a row was billed for. */
export function tokensOf(figures: Pick<Figures, 'inputTokens' | 'outputTokens'>): number {
  return figures.inputTokens + figures.outputTokens;
}
