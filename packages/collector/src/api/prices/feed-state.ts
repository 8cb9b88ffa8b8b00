import type { FeedState } from '../../prices/feed-watch.ts';
import { COUNT, TEXT, TEXT_OR_NULL, TIME, TIME_OR_NULL, object } from '../response/shapes.ts';
import type { Shape } from '../response/shapes.ts';

const IN_USE: Shape = object({
  source: TEXT,
  format: { enum: ['userspan', 'litellm', 'genai-prices'] },
  day: { type: 'string', format: 'date', description: 'Day of its prices.' },
  sha256: TEXT,
  acceptedAt: TIME,
  models: COUNT,
});

/** The price feed in answers: its source, the result of the last read, and the current prices. */
export const FEED: Shape = object({
  source: { ...TEXT_OR_NULL, description: '`--price-feed` without credentials; null where it is off.' },
  lookedAt: TIME_OR_NULL,
  error: {
    ...TEXT_OR_NULL,
    description: 'Why the last read failed; the last valid prices stay in use.',
  },
  inUse: { ...IN_USE, type: ['object', 'null'] },
});

/** The state of the feed in the format of answers. */
export function showFeed(state: FeedState | undefined): object {
  const { source, lookedAt, error, accepted } = state ?? {};
  return {
    source: source ?? null,
    lookedAt: lookedAt ?? null,
    error: error ?? null,
    inUse: accepted === undefined ? null : showAccepted(accepted),
  };
}

function showAccepted({ source, sha256, acceptedAt, feed }: NonNullable<FeedState['accepted']>): object {
  return { source, format: feed.format, day: feed.day, sha256, acceptedAt, models: feed.rows.length };
}
