import type { SpanPipeline } from '../pipeline/open-pipeline.ts';
import type { Store } from '../store/store.ts';
import type { AliasBook } from './alias-book.ts';

/** What the routes work with. */
export interface ApiContext {
  readonly store: Store;
  readonly pipeline: SpanPipeline;
  readonly aliases: AliasBook;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
}
