import type { FoundModel } from './names/model-lookup.ts';

/** US dollars: a number, or a decimal string where every digit counts. */
export type Dollars = number | string;

/** Prices of tokens, US dollars per 1M; what is left out costs what its plain kind costs, except audio. */
export interface TokenPrices {
  readonly input?: Dollars;
  readonly cachedInput?: Dollars;
  readonly cacheWriteInput?: Dollars;
  readonly cacheWrite1hInput?: Dollars;
  readonly cacheWrite12hInput?: Dollars;
  /** Without it, a call that heard audio is unpriced. */
  readonly audioInput?: Dollars;
  readonly cachedAudioInput?: Dollars;
  readonly cacheWriteAudioInput?: Dollars;
  readonly imageInput?: Dollars;
  readonly cachedImageInput?: Dollars;
  readonly cacheWriteImageInput?: Dollars;
  readonly videoInput?: Dollars;
  readonly cachedVideoInput?: Dollars;
  readonly output?: Dollars;
  readonly reasoningOutput?: Dollars;
  /** Without it, a call that spoke is unpriced. */
  readonly audioOutput?: Dollars;
  readonly imageOutput?: Dollars;
  readonly videoOutput?: Dollars;
  readonly citationOutput?: Dollars;
}

/** What one model costs. */
export interface ModelPrices extends TokenPrices {
  /** US dollars per 1M characters (speech). */
  readonly characters?: Dollars;
  /** US dollars per minute of audio (transcription). */
  readonly minute?: Dollars;
  /** US dollars per 1,000 pages (OCR). */
  readonly page?: Dollars;
  /** US dollars per picture. */
  readonly picture?: Dollars;
  /** US dollars per second of video made. */
  readonly videoSecond?: Dollars;
  /** US dollars per request. */
  readonly request?: Dollars;
  /** US dollars per 1,000 web searches. */
  readonly webSearch?: Dollars;
  /** US dollars per 1,000 file searches. */
  readonly fileSearch?: Dollars;
  /** US dollars per session. */
  readonly codeInterpreterSession?: Dollars;
  /** Prices of the whole request where its input, cached included, is more than `above` tokens. */
  readonly longContext?: TokenPrices & { readonly above: number };
  /** Left out, the batch API costs half. */
  readonly batch?: TokenPrices;
  /** Left out, a call in this service tier is unpriced. */
  readonly flex?: TokenPrices;
  /** Left out, a call in this service tier is unpriced. */
  readonly priority?: TokenPrices;
  /** Left out, a call in this service tier has the price of `priority`. */
  readonly fast?: TokenPrices;
  /** Left out, a call in this service tier is unpriced. */
  readonly ultrafast?: TokenPrices;
  /** First day of these prices, `YYYY-MM-DD`; for a list of prices with a history. */
  readonly from?: string;
}

/** The user's own prices. They beat what a provider reports, which beats the price list. */
export interface PriceOptions {
  /** Prices by model: the name a response or a request gives, or `provider:name`. A list is a history, by `from`. */
  readonly models?: Readonly<Record<string, ModelPrices | readonly ModelPrices[]>>;
  /** Names of deployments and the model behind each: `{ "my-deployment": "gpt-4o-mini" }`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Hosts (or other names of a provider) and the provider behind each: `{ "llm.corp.example": "openai" }`. */
  readonly providers?: Readonly<Record<string, string>>;
  /** Times the price list: 1.1 for Azure DataZone and data residency. By provider where it is an object. */
  readonly multiplier?: Dollars | Readonly<Record<string, Dollars>>;
  /**
   * US dollars for one unit of another currency, by ISO 4217 code: `{ "EUR": 1.08 }`. Converts what senders state in that
   * currency. Without a rate, such a call is unpriced.
   */
  readonly currencyRates?: Readonly<Record<string, Dollars>>;
  /** Prices that are newer than the list. */
  readonly feed?: PriceFeed;
  /** What a processor does about a call without a price: one warning a model (the default), nothing, or your function. */
  readonly onUnpriced?: 'warn' | 'ignore' | ((call: UnpricedCall) => void);
}

/**
 * Prices that are newer than the package's own list: what `parseFeed` of `@userspan/pricing/feed` gives. A model or a
 * tier that the list does not have is priced by the feed as far back as its dates allow; a price that the list has gives
 * way only to one that the feed dates after the list.
 */
export interface PriceFeed {
  readonly format: 'userspan' | 'litellm' | 'genai-prices';
  /** Day of the prices, `YYYY-MM-DD`. */
  readonly day: string;
  readonly rows: readonly FeedRow[];
  /** Looks a model up as the list does; for `priceOf`. */
  find(provider: string, model: string): FoundModel | undefined;
}

/** The prices of one model in a feed. */
export interface FeedRow {
  /** Id of the provider in the price list. */
  readonly provider: string;
  /** Name of the model, in lower case. */
  readonly name: string;
  /** `i=2 o=8`, tiers and dates after tabs: the words of `price-list.txt`. */
  readonly prices: string;
  /**
   * Nothing before this day is priced, `YYYY-MM-DD`: the `since` given to `parseFeed`, or, in a feed without dates, 30 days before
   * it was first read with this model. Absent where all that the dates of the feed allow is priced.
   */
  readonly since?: string;
  /** Host of the page that the feed names as the source of the prices. */
  readonly source?: string;
}

/** A call that has no price. */
export interface UnpricedCall {
  readonly provider: string;
  readonly model: string;
  readonly unpriced: string;
}
