/**
 * Token and unit counts of one call, all vendors in one shape.
 *
 * `inputTokens` and `outputTokens` are totals: cached, cache-write, audio and image counts are parts of the input,
 * reasoning, audio and image counts parts of the output. A field that is not known is absent, never 0.
 */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Read from the provider's prompt cache. */
  readonly cachedInputTokens?: number;
  /** Written to the provider's prompt cache (five minutes, where there are two kinds). */
  readonly cacheWriteInputTokens?: number;
  /** Written to the one-hour cache (Anthropic); not part of `cacheWriteInputTokens`. */
  readonly cacheWrite1hInputTokens?: number;
  readonly audioInputTokens?: number;
  /** Part of both `cachedInputTokens` and `audioInputTokens`. */
  readonly cachedAudioInputTokens?: number;
  readonly imageInputTokens?: number;
  /** Part of both `cachedInputTokens` and `imageInputTokens`. */
  readonly cachedImageInputTokens?: number;
  readonly videoInputTokens?: number;
  readonly reasoningOutputTokens?: number;
  readonly audioOutputTokens?: number;
  readonly imageOutputTokens?: number;
  readonly videoOutputTokens?: number;
  /** Tokens of cited sources, where they are billed apart (Perplexity). */
  readonly citationOutputTokens?: number;
  /** Characters read aloud (speech). */
  readonly characters?: number;
  /** Seconds of audio heard (transcription billed by the minute). */
  readonly seconds?: number;
  /** Pictures made, where they are billed by the piece. */
  readonly images?: number;
  /** Size of each picture, for example `1024x1024`. */
  readonly imageSize?: string;
  /** Quality of each picture, for example `hd`. */
  readonly imageQuality?: string;
  /** Pages read (OCR). */
  readonly pages?: number;
  readonly webSearchCalls?: number;
  readonly fileSearchCalls?: number;
  readonly codeInterpreterSessions?: number;
  /** What the provider says the call cost, in US dollars (OpenRouter's `usage.cost`); beats the list. */
  readonly providerCostUsd?: number;
}
