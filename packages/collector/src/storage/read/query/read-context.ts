import type { Store } from '../../engine/store.ts';
import type { AliasBook } from '../users/alias-book.ts';
import type { RecentAnswers } from './recent-answers.ts';

/** The context of reading functions. */
export interface ReadContext {
  readonly store: Store;
  readonly aliases: AliasBook;
  readonly answers: RecentAnswers;
  /** Whether stored prompts and answers are hidden, for a store that once kept content. Default false. */
  readonly hidesContent?: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
}

/** The context that callers pass to every query of a reader. */
export type ReaderContext = Omit<ReadContext, 'store' | 'answers'>;
