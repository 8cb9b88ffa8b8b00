import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { Store } from '../storage/engine/store.ts';
import type { AliasBook } from '../storage/read/users/alias-book.ts';
import type { RecentAnswers } from '../storage/read/query/recent-answers.ts';

/** What the routes work with. */
export interface ApiContext {
  readonly store: Store;
  readonly pipeline: SpanPipeline;
  readonly aliases: AliasBook;
  readonly answers: RecentAnswers;
  /** Takes users out of what waits in the log; absent where there is no log. */
  readonly eraseFromLog?: (project: string, userIds: readonly string[]) => Promise<object>;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
}
