import { ABSENT_AUDIO_INPUT } from '../usage/check-usage.ts';
import type { Usage } from '../usage/usage.ts';
import type { Bill, Rate } from './bill.ts';
import type { BillingRules, Rates } from './rate-card.ts';

type MaybeRate = Rate | null | undefined;

/** Input tokens of one modality other than text. */
interface Modality {
  readonly words: string;
  readonly tokens: number;
  /** Tokens that were read from the cache. */
  readonly cached: number;
  /** Whether the provider stated how much of the modality was read from the cache. */
  readonly isCacheSplit: boolean;
  /** Tokens that were written to the cache. */
  readonly written: number;
  /** `undefined` if the modality has no price. */
  readonly rate: Rate | undefined;
  readonly cachedRate: Rate | undefined;
  readonly writeRate: Rate | undefined;
}

const NO_MODALITIES: readonly Modality[] = [];
const PARTS_EXCEED =
  'the parts of the input (cached, written to the cache, audio, pictures) are more than its total';

/**
 * Bills the input of a call. Its tokens are counted in two independent ways: by modality (text, audio, image, video)
 * and by their relation to the prompt cache (not cached, read, written). Providers report both, but only some report
 * the combinations.
 *
 * - A modality without its own price is billed as text, including its cached tokens, except audio and video at providers
 *   that price them separately.
 * - Cache reads and short cache writes without their own price cost as much as uncached tokens of their modality.
 * - Writes for 12 hours without their own price are missing units, because no other price covers them.
 * - Tokens of the total that belong to no other kind are uncached text.
 *
 * Units without a price are recorded on the bill as missing and the others are billed, which gives a lower bound. If
 * counts contradict each other, nothing is billed and the reason is returned.
 */
export function billInput(bill: Bill, usage: Usage, rates: Rates, rules: BillingRules): string | undefined {
  const total = usage.inputTokens ?? 0;
  if (isPartTooLarge(usage, total)) return PARTS_EXCEED;
  if (total === 0) return undefined;
  const textRate = rates.input;
  if (!textRate) {
    bill.miss('input', textRate);
    return undefined;
  }
  const modalities = modalitiesOf(usage, rates, rules);
  const cachedText = cachedTextOf(usage, rates, modalities);
  const writtenText = writtenTextOf(usage, rates, modalities);
  const written1h = usage.cacheWrite1hInputTokens ?? 0;
  const written12h = usage.cacheWrite12hInputTokens ?? 0;
  let freshText = total - written1h - written12h - cachedText - writtenText;
  // By index here and below, because this runs for every call, and V8 allocates iterators until it has optimized a loop.
  for (let i = 0; i < modalities.length; i += 1) freshText -= (modalities[i] as Modality).tokens;
  const unknown = unknownCacheSplit(modalities, cachedText, textRate, rates.cachedInput ?? textRate);
  if (unknown !== undefined) return `how much of the cached input is ${unknown} is not known`;
  // Cached tokens of a modality without a price may be included in the cached text.
  if (freshText < 0 && modalities.some(({ rate }) => rate === undefined)) freshText = 0;
  if (cachedText < 0 || writtenText < 0 || freshText < 0) return PARTS_EXCEED;

  addOrMiss(bill, cachedText, rates.cachedInput, 'cached input');
  addParts(bill, modalities, 'cached');
  addOrMiss(bill, writtenText, rates.cacheWriteInput, 'cache writes');
  addParts(bill, modalities, 'written');
  addOrMiss(bill, written1h, longWriteRate(rates, rates.cacheWrite1hInput), '1-hour cache writes');
  addOrMiss(bill, written12h, rates.cacheWrite12hInput, '12-hour cache writes');
  bill.add(freshText, textRate);
  addParts(bill, modalities, 'fresh');
  missModalities(bill, modalities, rates);
  if (rules.isAudioReported && isAudioUnknown(usage, rates)) bill.miss(ABSENT_AUDIO_INPUT);
  return undefined;
}

/** Whether some of the tokens billed as text may be audio, which has another price. */
function isAudioUnknown(usage: Usage, { input, audioInput }: Rates): boolean {
  if (!audioInput || audioInput.unitPrice === input?.unitPrice || usage.audioInputTokens !== undefined)
    return false;
  const { textInputTokens = 0, imageInputTokens = 0, videoInputTokens = 0 } = usage;
  return textInputTokens + imageInputTokens + videoInputTokens < (usage.inputTokens ?? 0);
}

/** Text tokens that were read from the cache. Without their own price they count as uncached text. */
function cachedTextOf(usage: Usage, rates: Rates, modalities: readonly Modality[]): number {
  if (rates.cachedInput === undefined) return 0;
  let tokens = usage.cachedInputTokens ?? 0;
  for (let i = 0; i < modalities.length; i += 1) tokens -= (modalities[i] as Modality).cached;
  return tokens;
}

/** Text tokens that were written to the cache. Without their own price they count as uncached text. */
function writtenTextOf(usage: Usage, rates: Rates, modalities: readonly Modality[]): number {
  if (rates.cacheWriteInput === undefined) return 0;
  let tokens = usage.cacheWriteInputTokens ?? 0;
  for (let i = 0; i < modalities.length; i += 1) tokens -= (modalities[i] as Modality).written;
  return tokens;
}

/** Bills one part of each modality that has a price. */
function addParts(bill: Bill, modalities: readonly Modality[], part: 'cached' | 'written' | 'fresh'): void {
  if (modalities.length === 0) return;
  for (const { tokens, cached, written, rate, cachedRate, writeRate } of modalities) {
    if (part === 'cached' && cachedRate !== undefined) bill.add(cached, cachedRate);
    if (part === 'written' && writeRate !== undefined) bill.add(written, writeRate);
    if (part === 'fresh' && rate !== undefined) bill.add(tokens - cached - written, rate);
  }
}

function isPartTooLarge(usage: Usage, total: number): boolean {
  const audio = usage.audioInputTokens ?? 0;
  const image = usage.imageInputTokens ?? 0;
  const video = usage.videoInputTokens ?? 0;
  const cached = usage.cachedInputTokens ?? 0;
  const written = usage.cacheWriteInputTokens ?? 0;
  const writtenLonger = (usage.cacheWrite1hInputTokens ?? 0) + (usage.cacheWrite12hInputTokens ?? 0);
  if (Math.max(audio, image, video, cached, written, writtenLonger, usage.textInputTokens ?? 0) > total)
    return true;
  const audioInCache = (usage.cachedAudioInputTokens ?? 0) + (usage.cacheWriteAudioInputTokens ?? 0);
  const imageInCache = (usage.cachedImageInputTokens ?? 0) + (usage.cacheWriteImageInputTokens ?? 0);
  return audioInCache > audio || imageInCache > image || (usage.cachedVideoInputTokens ?? 0) > video;
}

function modalitiesOf(usage: Usage, rates: Rates, rules: BillingRules): readonly Modality[] {
  const audio = usage.audioInputTokens ?? 0;
  const image = usage.imageInputTokens ?? 0;
  const video = usage.videoInputTokens ?? 0;
  if (audio === 0 && image === 0 && video === 0) return NO_MODALITIES;
  const found: Modality[] = [];
  const writtenAudio = usage.cacheWriteAudioInputTokens;
  const writtenImage = usage.cacheWriteImageInputTokens;
  if (audio > 0 && !(rates.audioInput === undefined && rules.audioAsText)) {
    const cached = usage.cachedAudioInputTokens ?? cachedRemainder(usage, image, video);
    const write = [writtenAudio, rates.cacheWriteAudioInput] as const;
    found.push(modality('audio', audio, rates.audioInput, [cached, rates.cachedAudioInput], write, rates));
  }
  if (image > 0 && rates.imageInput !== undefined) {
    const cached = usage.cachedImageInputTokens ?? cachedRemainder(usage, audio, video);
    const write = [writtenImage, rates.cacheWriteImageInput] as const;
    found.push(modality('pictures', image, rates.imageInput, [cached, rates.cachedImageInput], write, rates));
  }
  if (video > 0 && !(rates.videoInput === undefined && rules.videoAsText)) {
    const cached = usage.cachedVideoInputTokens ?? cachedRemainder(usage, audio, image);
    const write = [undefined, undefined] as const;
    found.push(modality('video', video, rates.videoInput, [cached, rates.cachedVideoInput], write, rates));
  }
  return found;
}

/** The cached tokens of the only modality beside text, where the cached text is known. */
function cachedRemainder(usage: Usage, ...others: readonly number[]): number | undefined {
  const { cachedInputTokens, cachedTextInputTokens } = usage;
  if (cachedInputTokens === undefined || cachedTextInputTokens === undefined) return undefined;
  return others.some((tokens) => tokens > 0)
    ? undefined
    : Math.max(cachedInputTokens - cachedTextInputTokens, 0);
}

type CountAndRate = readonly [count: number | undefined, rate: MaybeRate];

function modality(
  words: string,
  tokens: number,
  rate: MaybeRate,
  [cached, cachedRate]: CountAndRate,
  [written, writeRate]: CountAndRate,
  rates: Rates,
): Modality {
  const own = rate ?? undefined;
  const isWritePriced = writeRate !== undefined || rates.cacheWriteInput !== undefined;
  const cachedTokens = Math.min(cached ?? 0, tokens);
  return {
    words,
    tokens,
    cached: cachedTokens,
    // Providers without a separate price for cached video never report it separately from other cached tokens.
    isCacheSplit: cached !== undefined || (words === 'video' && cachedRate === undefined),
    written: isWritePriced ? Math.min(written ?? 0, tokens - cachedTokens) : 0,
    rate: own,
    cachedRate: own === undefined ? undefined : (cachedRate ?? own),
    writeRate: own === undefined ? undefined : (writeRate ?? own),
  };
}

/** The modality whose number of cached tokens is unknown and changes the cost. */
function unknownCacheSplit(
  modalities: readonly Modality[],
  cachedText: number,
  text: Rate,
  cachedTextRate: Rate,
): string | undefined {
  if (cachedText <= 0 || modalities.length === 0) return undefined;
  const saved = text.unitPrice - cachedTextRate.unitPrice;
  // If caching reduces the price of both kinds by the same amount, it does not matter which kind was cached.
  return modalities.find(
    ({ isCacheSplit, rate, cachedRate }) =>
      !isCacheSplit &&
      rate !== undefined &&
      cachedRate !== undefined &&
      rate.unitPrice - cachedRate.unitPrice !== saved,
  )?.words;
}

/** Long writes cost more than short ones, so the price of short ones cannot be used for them. */
function longWriteRate(rates: Rates, own: MaybeRate): MaybeRate {
  return own === undefined && rates.cacheWriteInput === undefined ? rates.input : own;
}

function addOrMiss(bill: Bill, tokens: number, rate: MaybeRate, unit: string): void {
  if (tokens === 0) return;
  if (rate) bill.add(tokens, rate);
  else bill.miss(unit, rate);
}

function missModalities(bill: Bill, modalities: readonly Modality[], rates: Rates): void {
  if (modalities.length === 0) return;
  for (const { words, rate } of modalities) {
    if (rate !== undefined) continue;
    const own =
      words === 'audio' ? rates.audioInput : words === 'video' ? rates.videoInput : rates.imageInput;
    bill.miss(words === 'pictures' ? 'image input' : `${words} input`, own);
  }
}
