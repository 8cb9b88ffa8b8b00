import type { Bill } from './bill.ts';
import type { Rates } from './rate-card.ts';
import type { Rate } from './rate.ts';
import type { TokenRules } from './token-rules.ts';
import type { Usage } from './usage.ts';

/** A kind of input that may be cached: its fresh and cached counts, and what a token of each costs. */
interface Kind {
  readonly fresh: number;
  readonly cached: number;
  readonly rate: Rate;
  readonly cachedRate: Rate;
}

const NONE = 0;

/** Adds the lines of the input tokens; gives the reason where a count has no price or does not fit its total. */
export function billInputTokens(
  bill: Bill,
  usage: Usage,
  rates: Rates,
  rules: TokenRules,
): string | undefined {
  const total = usage.inputTokens ?? NONE;
  const cached = usage.cachedInputTokens ?? NONE;
  const write = usage.cacheWriteInputTokens ?? NONE;
  const write1h = usage.cacheWrite1hInputTokens ?? NONE;
  const audioCount = usage.audioInputTokens ?? NONE;
  const imageCount = usage.imageInputTokens ?? NONE;
  if (total === 0 && cached + write + write1h + audioCount + imageCount === 0) return undefined;
  const text = rates.i;
  if (!text)
    return text === null
      ? 'no price for input in this tier at this length of input'
      : 'no price for input tokens';
  const missing = missingPrice(rates, rules, cached, write, write1h, audioCount);
  if (missing !== undefined) return missing;

  // A kind without a price of its own is text, its cached share too.
  const audio = kindOf(rates.ia, rates.ca, audioCount, usage.cachedAudioInputTokens);
  const image = kindOf(rates.ii, rates.ci, imageCount, usage.cachedImageInputTokens);
  const video = rates.iv ? (usage.videoInputTokens ?? NONE) : NONE;
  const cachedText = cached - (audio?.cached ?? NONE) - (image?.cached ?? NONE);
  const freshText =
    total - cached - write - write1h - (audio?.fresh ?? NONE) - (image?.fresh ?? NONE) - video;
  if (cachedText < 0 || freshText < 0 || (audio?.fresh ?? NONE) < 0 || (image?.fresh ?? NONE) < 0) {
    return 'the parts of the input (cached, written to the cache, audio, pictures) are more than its total';
  }
  const cachedRate = rates.c ?? text;
  if (cachedText > 0) {
    if (
      audio !== undefined &&
      usage.cachedAudioInputTokens === undefined &&
      !alike(audio, text, cachedRate)
    ) {
      return 'how much of the cached input is audio is not known';
    }
    if (
      image !== undefined &&
      usage.cachedImageInputTokens === undefined &&
      !alike(image, text, cachedRate)
    ) {
      return 'how much of the cached input is pictures is not known';
    }
  }
  bill.add('c', cachedText, cachedRate);
  if (audio !== undefined) bill.add('ca', audio.cached, audio.cachedRate);
  if (image !== undefined) bill.add('ci', image.cached, image.cachedRate);
  bill.add('w', write, rates.w ?? text);
  bill.add('wh', write1h, rates.wh ?? text);
  bill.add('i', freshText, text);
  if (audio !== undefined) bill.add('ia', audio.fresh, audio.rate);
  if (image !== undefined) bill.add('ii', image.fresh, image.rate);
  if (rates.iv) bill.add('iv', video, rates.iv);
  return undefined;
}

/** `null`: the tier has no price for what standard prices. One-hour writes cost more than the ones that are priced. */
function missingPrice(
  rates: Rates,
  rules: TokenRules,
  cached: number,
  write: number,
  write1h: number,
  audio: number,
): string | undefined {
  if (cached > 0 && rates.c === null) return 'no price for cached input in this tier at this length of input';
  if (write > 0 && rates.w === null) return 'no price for cache writes in this tier at this length of input';
  if (write1h > 0 && !rates.wh && rates.w !== undefined) return 'no price for 1-hour cache writes';
  if (audio > 0 && rates.ia === undefined && !rules.audioAsText) return 'no price for audio input';
  return undefined;
}

function kindOf(
  rate: Rate | null | undefined,
  cachedRate: Rate | null | undefined,
  count: number,
  cached: number | undefined,
): Kind | undefined {
  if (!rate || count === 0) return undefined;
  return { fresh: count - (cached ?? NONE), cached: cached ?? NONE, rate, cachedRate: cachedRate ?? rate };
}

/** Where caching takes the same off a token of either kind, it does not matter which kind was cached. */
function alike(kind: Kind, text: Rate, cachedText: Rate): boolean {
  const { rate, cachedRate } = kind;
  return rate.unitPrice - cachedRate.unitPrice === text.unitPrice - cachedText.unitPrice;
}
