import { queryOptions } from '@tanstack/react-query';
import type { Answer, RowOf } from './answer.ts';
import { apiPath, getJson } from './request.ts';

/** A user, group, thread or call that a text may mean. */
export type Found = RowOf<'search'>;

export function searchQuery(text: string) {
  return queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) => getJson<Answer<'search'>>(apiPath(['search'], { q: text }), signal),
  });
}
