import type { Store } from '../../engine/store.ts';
import type { AliasBook } from '../users/alias-book.ts';
import type { RecentAnswers } from './recent-answers.ts';

/** What the reading functions work with. */
export interface ReadContext {
  readonly store: Store;
  readonly aliases: AliasBook;
  readonly answers: RecentAnswers;
  /** Whether prompts and answers that are stored, from a time when they were kept, stay out of answers. Default false. */
  readonly hidesContent?: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
}

/** What every query of a reader needs besides its own parameters. */
export type ReaderContext = Omit<ReadContext, 'store' | 'answers'>;
