/**
 * Token and unit counts of one call, in the same shape for all vendors.
 *
 * `inputTokens` and `outputTokens` are totals: text, audio, image, video and cache counts are parts of the input;
 * reasoning, text, audio, image and video counts are parts of the output. An unknown field is absent, never 0.
 *
 * Any other field with a number above zero is a unit that the provider counted and Userspan does not know. It makes the
 * cost of the call partial. `normalizeUsage` adds such units under their path in the answer, `{
 * 'input_tokens_details.smell_tokens': 7 }`.
 */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Read from the provider's prompt cache. */
  readonly cachedInputTokens?: number;
  /** Written to the provider's prompt cache for the shortest time it offers (5 minutes at Anthropic, 30 at OpenAI). */
  readonly cacheWriteInputTokens?: number;
  /** Written to the one-hour cache (Anthropic); not part of `cacheWriteInputTokens`. */
  readonly cacheWrite1hInputTokens?: number;
  /** Written to the twelve-hour cache (OpenAI); not part of `cacheWriteInputTokens`. */
  readonly cacheWrite12hInputTokens?: number;
  /** Text of the input. If absent, the tokens that belong to no other kind. */
  readonly textInputTokens?: number;
  /** Part of both `cachedInputTokens` and `textInputTokens`. */
  readonly cachedTextInputTokens?: number;
  readonly audioInputTokens?: number;
  /** Part of both `cachedInputTokens` and `audioInputTokens`. */
  readonly cachedAudioInputTokens?: number;
  /** Part of both `cacheWriteInputTokens` and `audioInputTokens`. */
  readonly cacheWriteAudioInputTokens?: number;
  readonly imageInputTokens?: number;
  /** Part of both `cachedInputTokens` and `imageInputTokens`. */
  readonly cachedImageInputTokens?: number;
  /** Part of both `cacheWriteInputTokens` and `imageInputTokens`. */
  readonly cacheWriteImageInputTokens?: number;
  readonly videoInputTokens?: number;
  /** Part of both `cachedInputTokens` and `videoInputTokens`. */
  readonly cachedVideoInputTokens?: number;
  readonly reasoningOutputTokens?: number;
  /** Text of the output. If absent, the tokens that belong to no other kind. */
  readonly textOutputTokens?: number;
  readonly audioOutputTokens?: number;
  readonly imageOutputTokens?: number;
  readonly videoOutputTokens?: number;
  /** Tokens of cited sources, if they are billed separately (Perplexity). */
  readonly citationOutputTokens?: number;
  /** Characters read aloud (speech). */
  readonly characters?: number;
  /** Seconds of audio input (transcription billed by the minute). */
  readonly seconds?: number;
  /** Generated pictures, if they are billed by the piece. */
  readonly images?: number;
  /** Size of each picture, for example `1024x1024`. */
  readonly imageSize?: string;
  /** Quality of each picture, for example `hd`. */
  readonly imageQuality?: string;
  /** Seconds of generated video (models billed by the second). */
  readonly videoSeconds?: number;
  /** Pages read (OCR). */
  readonly pages?: number;
  readonly webSearchCalls?: number;
  readonly fileSearchCalls?: number;
  readonly codeInterpreterSessions?: number;
  /**
   * Model of the image generation tool, for example `gpt-image-2.6-sunburst`. Its tokens are not part of the call's
   * own.
   */
  readonly imageToolModel?: string;
  readonly imageToolInputTokens?: number;
  /** Part of `imageToolInputTokens`. */
  readonly imageToolImageInputTokens?: number;
  /** Part of `imageToolInputTokens`. */
  readonly imageToolCachedInputTokens?: number;
  /** Part of both `imageToolCachedInputTokens` and `imageToolImageInputTokens`. */
  readonly imageToolCachedImageInputTokens?: number;
  readonly imageToolOutputTokens?: number;
  /** Part of `imageToolOutputTokens`; if absent, all of it. */
  readonly imageToolImageOutputTokens?: number;
  /** Model that generated vector graphics for a call. Its tokens are not part of the call's own. */
  readonly svgModel?: string;
  readonly svgInputTokens?: number;
  readonly svgOutputTokens?: number;
  /** Cost that the provider reports, in US dollars (OpenRouter's `usage.cost`). Takes precedence over the list. */
  readonly providerCostUsd?: number;
  /** Name of a count from the sender that is not a valid number. The call is then unpriced. */
  readonly unreadableCount?: string;
}

/** Kind of a field of a usage. */
export type UsageFieldKind = 'count' | 'text' | 'money';

/** Every field of a usage with its kind. */
export const USAGE_FIELDS: Readonly<Record<keyof Usage, UsageFieldKind>> = {
  inputTokens: 'count',
  outputTokens: 'count',
  cachedInputTokens: 'count',
  cacheWriteInputTokens: 'count',
  cacheWrite1hInputTokens: 'count',
  cacheWrite12hInputTokens: 'count',
  textInputTokens: 'count',
  cachedTextInputTokens: 'count',
  audioInputTokens: 'count',
  cachedAudioInputTokens: 'count',
  cacheWriteAudioInputTokens: 'count',
  imageInputTokens: 'count',
  cachedImageInputTokens: 'count',
  cacheWriteImageInputTokens: 'count',
  videoInputTokens: 'count',
  cachedVideoInputTokens: 'count',
  reasoningOutputTokens: 'count',
  textOutputTokens: 'count',
  audioOutputTokens: 'count',
  imageOutputTokens: 'count',
  videoOutputTokens: 'count',
  citationOutputTokens: 'count',
  characters: 'count',
  seconds: 'count',
  images: 'count',
  imageSize: 'text',
  imageQuality: 'text',
  videoSeconds: 'count',
  pages: 'count',
  webSearchCalls: 'count',
  fileSearchCalls: 'count',
  codeInterpreterSessions: 'count',
  imageToolModel: 'text',
  imageToolInputTokens: 'count',
  imageToolImageInputTokens: 'count',
  imageToolCachedInputTokens: 'count',
  imageToolCachedImageInputTokens: 'count',
  imageToolOutputTokens: 'count',
  imageToolImageOutputTokens: 'count',
  svgModel: 'text',
  svgInputTokens: 'count',
  svgOutputTokens: 'count',
  providerCostUsd: 'money',
  unreadableCount: 'text',
};
