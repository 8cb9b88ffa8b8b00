import type { Alerting } from '../alerts/alerting.ts';
import type { Meter } from '../metering/meter.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { FeedState } from '../prices/feed-watch.ts';
import type { ReadContext } from '../storage/read/query/read-context.ts';

/** What the routes work with. */
export interface ApiContext extends ReadContext {
  readonly pipeline: SpanPipeline;
  readonly alerting: Alerting;
  readonly meter: Meter;
  /** The state of the price feed; absent where nothing looks at one. */
  readonly feedState?: () => FeedState;
  /** Removes users from the records that wait in the WAL; absent where there is no WAL. */
  readonly eraseFromWal?: (project: string, userIds: readonly string[]) => Promise<object>;
}
