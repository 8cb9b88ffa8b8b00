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
  /** What a processor does about a call without a price: one warning a model (the default), nothing, or your function. */
  readonly onUnpriced?: 'warn' | 'ignore' | ((call: UnpricedCall) => void);
}

/** A call that has no price. */
export interface UnpricedCall {
  readonly provider: string;
  readonly model: string;
  readonly unpriced: string;
}
