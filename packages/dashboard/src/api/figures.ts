import type { QueryClient } from '@tanstack/react-query';
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

/**
 * After a change that moves figures of the past (a merge of users, an erasure, a price): what is on the page is asked for again, and
 * every other cached answer is dropped, because a page that opens would show it until the new one is there.
 */
export async function reloadFigures(client: QueryClient): Promise<void> {
  dropHiddenFigures(client);
  await client.invalidateQueries();
}

/** Drops every cached answer that is not on the page. */
export function dropHiddenFigures(client: QueryClient): void {
  client.removeQueries({ type: 'inactive' });
}
