import { parsePrices } from '../own/parse-prices.ts';
import type { PriceOptions } from '../price-options.ts';
import { type ParseFeedOptions, parseFeed } from './parse-feed.ts';
import { readJson } from './read-json.ts';

/** Fields that only a feed of ours has. */
const FEED_FIELDS = ['feed', 'currency', 'published'] as const;

/**
 * Reads a file of prices in any supported format: the user's own prices (as `parsePrices`), or a feed (as `parseFeed`),
 * which becomes the `feed` of the options. Throws an Error whose message names what is wrong.
 */
export function readPrices(text: string, options: ParseFeedOptions): PriceOptions {
  const { value } = readJson(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const isOwn =
    isObject &&
    !FEED_FIELDS.some((field) => field in value) &&
    ['models', 'aliases', 'providers', 'multiplier', 'onUnpriced'].some((field) => field in value);
  // An empty object counts as own prices.
  if (isOwn || (isObject && Object.keys(value).length === 0)) return parsePrices(text);
  return { feed: parseFeed(text, options) };
}
