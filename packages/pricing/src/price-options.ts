import type { FoundModel } from './names/model-lookup.ts';

/** US dollars: a number, or a decimal string that is used exactly. */
export type Dollars = number | string;

/** Prices of tokens, US dollars per 1M. A kind that is left out costs as much as plain input or output, except audio. */
export interface TokenPrices {
  readonly input?: Dollars;
  readonly cachedInput?: Dollars;
  readonly cacheWriteInput?: Dollars;
  readonly cacheWrite1hInput?: Dollars;
  readonly cacheWrite12hInput?: Dollars;
  /** Without it, a call with audio input is unpriced. */
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
  /** Without it, a call with audio output is unpriced. */
  readonly audioOutput?: Dollars;
  readonly imageOutput?: Dollars;
  readonly videoOutput?: Dollars;
  readonly citationOutput?: Dollars;
}

/** Prices of one model. */
export interface ModelPrices extends TokenPrices {
  /** US dollars per 1M characters (speech). */
  readonly characters?: Dollars;
  /** US dollars per minute of audio (transcription). */
  readonly minute?: Dollars;
  /** US dollars per 1,000 pages (OCR). */
  readonly page?: Dollars;
  /** US dollars per picture. */
  readonly picture?: Dollars;
  /** US dollars per second of generated video. */
  readonly videoSecond?: Dollars;
  /** US dollars per request. */
  readonly request?: Dollars;
  /** US dollars per 1,000 web searches. */
  readonly webSearch?: Dollars;
  /** US dollars per 1,000 file searches. */
  readonly fileSearch?: Dollars;
  /** US dollars per session. */
  readonly codeInterpreterSession?: Dollars;
  /** Prices for the whole request if its input, including cached tokens, has more than `above` tokens. */
  readonly longContext?: TokenPrices & { readonly above: number };
  /** Default: half of the standard prices. */
  readonly batch?: TokenPrices;
  /** Left out, a call in this service tier is unpriced. */
  readonly flex?: TokenPrices;
  /** Left out, a call in this service tier is unpriced. */
  readonly priority?: TokenPrices;
  /** If left out, a call in this service tier has the price of `priority`. */
  readonly fast?: TokenPrices;
  /** Left out, a call in this service tier is unpriced. */
  readonly ultrafast?: TokenPrices;
  /** First day of these prices, `YYYY-MM-DD`, in a list with a history. */
  readonly from?: string;
}

/** The user's own prices. They take precedence over the cost that a provider reports and over the price list. */
export interface PriceOptions {
  /**
   * Prices by model. Keys are the name in a response or request, or `provider:name`. An array is a history, ordered by
   * `from`.
   */
  readonly models?: Readonly<Record<string, ModelPrices | readonly ModelPrices[]>>;
  /** Models by deployment name: `{ "my-deployment": "gpt-4o-mini" }`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Providers by host or by another name of theirs: `{ "llm.corp.example": "openai" }`. */
  readonly providers?: Readonly<Record<string, string>>;
  /**
   * Factor for all prices of the list, such as 1.1 for Azure DataZone and data residency. An object has factors by
   * provider.
   */
  readonly multiplier?: Dollars | Readonly<Record<string, Dollars>>;
  /**
   * US dollars for one unit of another currency, by ISO 4217 code: `{ "EUR": 1.08 }`. Converts costs that senders state
   * in that currency. Without a rate, such a call is unpriced.
   */
  readonly currencyRates?: Readonly<Record<string, Dollars>>;
  /** Prices that may be newer than the list. */
  readonly feed?: PriceFeed;
  /**
   * What a processor does about an unpriced call: one warning per model (the default), nothing, or call your function.
   */
  readonly onUnpriced?: 'warn' | 'ignore' | ((call: UnpricedCall) => void);
}

/**
 * Prices that may be newer than the package's list, as `parseFeed` of `@userspan/pricing/feed` returns them. The feed
 * prices models and tiers that the list lacks, as far back as its dates allow. It overrides a listed price only with
 * one that is dated after the list.
 */
export interface PriceFeed {
  readonly format: 'userspan' | 'litellm' | 'genai-prices';
  /** Day of the prices, `YYYY-MM-DD`. */
  readonly day: string;
  readonly rows: readonly FeedRow[];
  /** Finds a model by the same rules as in the list; used by `priceOf`. */
  find(provider: string, model: string): FoundModel | undefined;
}

/** The prices of one model in a feed. */
export interface FeedRow {
  /** Id of the provider in the price list. */
  readonly provider: string;
  /** Name of the model, in lower case. */
  readonly name: string;
  /** `i=2 o=8`, tiers and dates after tabs: the format of `price-list.txt`. */
  readonly prices: string;
  /**
   * First day that is priced, `YYYY-MM-DD`: the `since` given to `parseFeed` or, in a feed without dates, 30 days
   * before the model was first read. If absent, the dates of the feed decide.
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
