import { ListedModel } from '../list/listed-model.ts';
import { type ProviderList, providerList } from '../list/price-list.ts';
import { type FoundModel, findModel } from '../names/model-lookup.ts';
import type { FeedRow, PriceFeed } from '../price-options.ts';
import { checkFeed } from './check-feed.ts';
import { PriceFeedError } from './feed-error.ts';
import { withHistory } from './feed-history.ts';
import { FeedReader, isEntry } from './feed-reader.ts';
import { isGenaiPrices, readGenaiPrices } from './genai-rows.ts';
import { isLitellm, readLitellm } from './litellm-rows.ts';
import { readJson } from './read-json.ts';
import { ACCEPTED_FEED, isUserspan, readUserspan } from './userspan-rows.ts';

/** Maximum size of a feed; a download may stop here. LiteLLM's list has 3.5 MB. */
export const MAX_FEED_BYTES: number = 16 * 1_024 * 1_024;

export interface ParseFeedOptions {
  /** Today, `YYYY-MM-DD` in UTC. Changed prices of a feed without dates apply from this day on. */
  readonly day: string;
  /** The current feed. The new one is compared with it and keeps its history of earlier prices. */
  readonly previous?: PriceFeed | undefined;
  /**
   * First day of the prices, `YYYY-MM-DD`; earlier calls are not priced by the feed. Default: as far back as the feed's
   * dates go. LiteLLM's list has no dates: a model's price applies from 30 days before it was first read, because
   * earlier calls may have had another price.
   */
  readonly since?: string | undefined;
  /** Default {@link MAX_FEED_BYTES}. */
  readonly maxBytes?: number;
}

/**
 * Reads and checks a price feed: JSON in Userspan's format (`{ "currency": "USD", "published": "2026-11-20", "models":
 * { "openai:gpt-7": { "input": 2, "output": 8 } } }`), LiteLLM's `model_prices_and_context_window.json` or the data of
 * genai-prices. Throws a {@link PriceFeedError} that names each mistake with its line: incomplete text, a name that
 * appears twice, a price that is not an amount of US dollars or differs too much from the previous one, a price of 0
 * that was not 0 before, another currency, a feed that lacks half of the current feed's models, more than 16 MB.
 */
export function parseFeed(text: string, options: ParseFeedOptions): PriceFeed {
  const { day, previous, maxBytes = MAX_FEED_BYTES } = options;
  if (text.length > maxBytes) {
    const message = `it has ${String(text.length)} characters; at most ${String(maxBytes)} are read`;
    throw new PriceFeedError([{ message }]);
  }
  const reader = new FeedReader(readJson(text));
  const { value } = reader.document;
  let format: PriceFeed['format'] = 'userspan';
  let stated: string | undefined;
  let isAccepted = false;
  if (isGenaiPrices(value)) {
    format = 'genai-prices';
    readGenaiPrices(reader, value);
  } else if (isEntry(value) && isUserspan(value)) {
    stated = readUserspan(reader, value);
    isAccepted = value['feed'] === ACCEPTED_FEED;
    if (isAccepted && isFormat(value['format'])) format = value['format'];
  } else if (isEntry(value) && isLitellm(value)) {
    format = 'litellm';
    readLitellm(reader, value);
  } else {
    const message =
      'expected a feed: an object with "models", LiteLLM\'s list of prices, or the list of providers of genai-prices';
    throw new PriceFeedError([{ line: 1, message }]);
  }
  if (reader.problems.length === 0) checkFeed(reader, stated ?? day, previous);
  if (reader.problems.length > 0) throw new PriceFeedError(reader.problems);
  const rows = isAccepted ? reader.rows : rowsWithHistory(format, reader.rows, options);
  return makeFeed(format, stated ?? day, rows);
}

/** Writes a feed as JSON with one row per line, which {@link parseFeed} can read. */
export function serializeFeed(feed: PriceFeed): string {
  const rows = feed.rows.map(({ provider, name, prices, since }) =>
    JSON.stringify(since === undefined ? [provider, name, prices] : [provider, name, prices, since]),
  );
  const head = { feed: ACCEPTED_FEED, format: feed.format, currency: 'USD', published: feed.day };
  return `${JSON.stringify(head).slice(0, -1)},"rows":[\n${rows.join(',\n')}\n]}\n`;
}

function isFormat(value: unknown): value is PriceFeed['format'] {
  return value === 'userspan' || value === 'litellm' || value === 'genai-prices';
}

const DAY_MS = 86_400_000;
/**
 * How many days before its first appearance a model's price applies. LiteLLM lists a model within weeks of its release.
 */
const DAYS_BACK = 30;

/**
 * Adds the history of LiteLLM's rows, which have no dates: prices of a new model apply from some weeks ago on, changed
 * prices from today on. A model that was removed keeps its price.
 */
function rowsWithHistory(
  format: PriceFeed['format'],
  rows: readonly FeedRow[],
  { day, previous, since }: ParseFeedOptions,
): readonly FeedRow[] {
  const hasNoDates = format === 'litellm';
  const weeksAgo = new Date(Date.parse(day) - DAYS_BACK * DAY_MS).toISOString().slice(0, 10);
  const firstDay = since ?? weeksAgo;
  const isBounded = hasNoDates || since !== undefined;
  if (previous === undefined) return isBounded ? rows.map((row) => ({ ...row, since: firstDay })) : rows;
  const before = new Map(previous.rows.map((row) => [`${row.provider}\t${row.name}`, row]));
  const merged = rows.map((row) => {
    const key = `${row.provider}\t${row.name}`;
    const was = before.get(key);
    before.delete(key);
    if (!hasNoDates) return since === undefined ? row : { ...row, since };
    if (was === undefined || previous.format !== 'litellm') return { ...row, since: firstDay };
    const known = since ?? was.since;
    const prices = withHistory(was.prices, row.prices, day);
    return { ...row, prices, ...(known === undefined ? {} : { since: known }) };
  });
  return [...merged, ...before.values()];
}

const MAX_REMEMBERED = 1_000;

function makeFeed(format: PriceFeed['format'], day: string, rows: readonly FeedRow[]): PriceFeed {
  const byProvider = new Map<string, Map<string, FeedRow>>();
  for (const row of rows) {
    const names = byProvider.get(row.provider) ?? new Map<string, FeedRow>();
    byProvider.set(row.provider, names.set(row.name, row));
  }
  const lists = new Map<string, ProviderList>();
  const listOf = (id: string): ProviderList | undefined => {
    const names = byProvider.get(id);
    if (names === undefined) return undefined;
    const list = lists.get(id) ?? feedList(id, names);
    lists.set(id, list);
    return list;
  };
  const found = new Map<string, FoundModel | undefined>();
  return {
    format,
    day,
    rows,
    find(provider, model) {
      const list = listOf(provider) ?? feedList(provider, NO_ROWS);
      const key = `${provider}\n${model}`;
      if (found.has(key)) return found.get(key);
      if (found.size >= MAX_REMEMBERED) found.clear();
      const result = findModel(list, model, listOf);
      found.set(key, result);
      return result;
    },
  };
}

const NO_ROWS: ReadonlyMap<string, FeedRow> = new Map();

/** The rows of one provider, with the fees and fallbacks of the package's list. */
function feedList(id: string, names: ReadonlyMap<string, FeedRow>): ProviderList {
  const listed = providerList(id);
  const models = new Map<FeedRow, ListedModel>();
  return {
    id,
    fallbacks: listed?.fallbacks ?? [],
    fees: listed?.fees,
    standardTiers: listed?.standardTiers ?? [],
    model(name) {
      const row = names.get(name) ?? (name.endsWith('*') ? undefined : names.get(`${name}*`));
      if (row === undefined) return undefined;
      const knownFromMs = row.since === undefined ? undefined : Date.parse(row.since);
      const model = models.get(row) ?? new ListedModel(row.prices.split('\t'), knownFromMs);
      models.set(row, model);
      return model;
    },
  };
}

interface WebCrypto {
  readonly subtle: { digest(name: string, bytes: Uint8Array): Promise<ArrayBuffer> };
}

/** SHA-256 of a feed's text in UTF-8, in hexadecimal. Log it when a feed is accepted. */
export async function hashFeed(text: string): Promise<string> {
  const { crypto, TextEncoder } = globalThis as unknown as {
    readonly crypto: WebCrypto;
    readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  };
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
