// Price feeds: prices that are newer than the list, for the collector and for `register({ prices })`.
export { diffFeeds, describeChange } from './feed/diff-feeds.ts';
export { PriceFeedError } from './feed/feed-error.ts';
export { hashFeed, MAX_FEED_BYTES, parseFeed, serializeFeed } from './feed/parse-feed.ts';
export { readPrices } from './feed/read-prices.ts';
export { PRICE_LIST_DATE } from './generated/price-list.ts';
export { findModels } from './find-models.ts';
export { modelPrice } from './model-price.ts';
export type { FeedChange } from './feed/diff-feeds.ts';
export type { FeedProblem } from './feed/feed-error.ts';
export type { ParseFeedOptions } from './feed/parse-feed.ts';
export type { KnownModel } from './find-models.ts';
export type { ModelPrice, ModelPriceRequest, UnitPrice } from './model-price.ts';
export type { FeedRow, PriceFeed } from './price-options.ts';
