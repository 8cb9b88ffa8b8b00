import { diffFeeds, hashFeed, parseFeed } from '@userspan/pricing/feed';
import type { FeedChange } from '@userspan/pricing/feed';

import { readFeedFile, writeFeedFile } from './feed-file.ts';
import type { AcceptedFeed } from './feed-file.ts';
import { readFeedText, shownSource } from './read-feed-text.ts';
import type { ReadFeedOptions } from './read-feed-text.ts';

export interface UpdateFeedOptions extends ReadFeedOptions {
  readonly dataDirectory: string;
  /** A path or a URL. */
  readonly source: string;
  readonly nowMs: number;
  /** First day of the prices, `YYYY-MM-DD`. Default: that of the feed in use, if it is of the same source. */
  readonly since?: string | undefined;
}

/** A feed that was read and accepted. */
export interface FeedUpdate {
  readonly accepted: AcceptedFeed;
  /** Its changes; empty if the text is unchanged. */
  readonly changes: readonly FeedChange[];
  readonly isNew: boolean;
}

/**
 * Reads and checks a price feed, and stores it in a data folder. Throws a `FeedSourceError` if it cannot be read and a
 * `PriceFeedError` if it is invalid; the previous feed then stays.
 */
export async function updateFeed(options: UpdateFeedOptions): Promise<FeedUpdate> {
  const { dataDirectory, source, nowMs } = options;
  const text = await readFeedText(source, options);
  const sha256 = await hashFeed(text);
  // A damaged file must not prevent new prices.
  const before = await readFeedFile(dataDirectory).catch(() => undefined);
  const shown = shownSource(source);
  // Feeds of different sources are not compared in history and size.
  const last = before?.source === shown ? before : undefined;
  const since = options.since ?? last?.since;
  if (last?.sha256 === sha256 && last.since === since) {
    return { accepted: last, changes: [], isNew: false };
  }
  const acceptedAt = new Date(nowMs).toISOString();
  const feed = parseFeed(text, { day: acceptedAt.slice(0, 10), previous: last?.feed, since });
  const accepted = { source: shown, sha256, acceptedAt, since, feed };
  await writeFeedFile(dataDirectory, accepted);
  return { accepted, changes: diffFeeds(before?.feed, feed), isNew: true };
}
