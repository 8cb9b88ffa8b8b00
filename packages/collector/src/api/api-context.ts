import type { Alerting } from '../alerts/alerting.ts';
import type { Meter } from '../metering/meter.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { FeedState } from '../prices/feed-watch.ts';
import type { ReaderContext } from '../storage/read/query/read-context.ts';
import type { Storage } from '../storage/storage.ts';

/** The context of all routes. */
export interface ApiContext extends ReaderContext {
  readonly store: Storage;
  readonly pipeline: SpanPipeline;
  readonly alerting: Alerting;
  readonly meter: Meter;
  /** The state of the price feed. Absent if no feed is read. */
  readonly feedState?: () => FeedState;
  /** Removes users from waiting records of the WAL. Absent without a WAL. */
  readonly eraseFromWal?: (project: string, userIds: readonly string[]) => Promise<object>;
}
