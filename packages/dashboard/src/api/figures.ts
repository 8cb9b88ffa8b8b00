import type { QueryClient } from '@tanstack/react-query';
import type { Answer } from './answer.ts';

/** The figures that every row of the API has. */
export type Figures = Answer<'readSummary'>['unattributed'];

/** One page of a list. */
export interface Page<Row> {
  readonly data: readonly Row[];
  readonly nextCursor: string | null;
}

/** The number of billed tokens of a row. */
export function tokensOf(figures: Pick<Figures, 'inputTokens' | 'outputTokens'>): number {
  return figures.inputTokens + figures.outputTokens;
}

/**
 * Call this after a change of past figures, such as a merge of users, an erasure or a new price. Requests the figures
 * on the page again and drops all other cached answers, because a page that opens later would show an old answer until
 * the new one arrives.
 */
export async function reloadFigures(client: QueryClient): Promise<void> {
  dropHiddenFigures(client);
  await client.invalidateQueries();
}

/** Drops all cached answers that are not shown on the page. */
export function dropHiddenFigures(client: QueryClient): void {
  client.removeQueries({ type: 'inactive' });
}
