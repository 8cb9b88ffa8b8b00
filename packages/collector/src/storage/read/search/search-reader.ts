import type { Store } from '../../engine/store.ts';
import type { ReaderContext } from '../query/read-context.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import type { Found, SearchQuery } from './find-anything.ts';
import { findAnything } from './find-anything.ts';

/** Finds users, groups, threads and calls by a word or an id. */
export interface SearchReader {
  /** Users, groups, threads and calls (by any of their ids) that match a text, the best first. */
  findAnything(context: ReaderContext, query: SearchQuery): Promise<Found[]>;
}

export function searchReader(store: Store, answers: RecentAnswers): SearchReader {
  return {
    findAnything: (context, query) => findAnything({ ...context, store, answers }, query),
  };
}
