import type { Store } from '../../engine/store.ts';
import type { AliasBook } from '../users/alias-book.ts';
import type { RecentAnswers } from './recent-answers.ts';

/** What the reading functions work with. */
export interface ReadContext {
  readonly store: Store;
  readonly aliases: AliasBook;
  readonly answers: RecentAnswers;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
}
