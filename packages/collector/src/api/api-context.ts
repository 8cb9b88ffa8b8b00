import type { Alerting } from '../alerts/alerting.ts';
import type { Meter } from '../metering/meter.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { FeedState } from '../prices/feed-watch.ts';
import type { ReaderContext } from '../storage/read/query/read-context.ts';
import type { Storage } from '../storage/storage.ts';

/** What the routes work with. */
export interface ApiContext extends ReaderContext {
  readonly store: Storage;
  readonly pipeline: SpanPipeline;
  readonly alerting: Alerting;
  readonly meter: Meter;
  /** The state of the price feed; absent where no feed is read. */
  readonly feedState?: () => FeedState;
  /** Removes users from the records that wait in the WAL; absent where there is no WAL. */
  readonly eraseFromWal?: (project: string, userIds: readonly string[]) => Promise<object>;
}
