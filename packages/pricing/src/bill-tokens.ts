import type { Bill } from './bill.ts';
import type { BillingItem } from './billing-item.ts';
import type { RateCard } from './rate-card.ts';
import type { Rate } from './rate.ts';
import type { Usage } from './usage.ts';

/** Where a kind of token has no price of its own, whether it costs as much as text. */
export interface TokenRules {
  /** OpenAI prices text and audio apart on every model: without an audio price there is no cost. */
  readonly audioAsText: boolean;
}

/**
 * Adds the lines of the input and output tokens to a bill; gives the reason where a count has no price.
 *
 * Totals are taken apart: what is cached, written to the cache, audio, picture or reasoning is billed at its own price
 * where there is one, the rest at the price of input or output.
 */
export function billTokens(bill: Bill, usage: Usage, card: RateCard, rules: TokenRules): string | undefined {
  return billInput(bill, usage, card, rules) ?? billOutput(bill, usage, card, rules);
}

function billInput(bill: Bill, usage: Usage, card: RateCard, rules: TokenRules): string | undefined {
  const total = usage.inputTokens ?? 0;
  const cached = usage.cachedInputTokens ?? 0;
  const write = usage.cacheWriteInputTokens ?? 0;
  const write1h = usage.cacheWrite1hInputTokens ?? 0;
  const audio = usage.audioInputTokens ?? 0;
  const image = usage.imageInputTokens ?? 0;
  const video = usage.videoInputTokens ?? 0;
  if (total === 0 && cached + write + write1h + audio + image + video === 0) return undefined;
  const { rates } = card;
  const text = rates.i;
  if (text === undefined || text === null) return noPrice('input tokens', text);
  if (write1h > 0 && rates.wh === undefined && rates.w !== undefined) return noPrice('tokens written to the 1-hour cache', undefined);

  const audioRate = rates.ia ?? (rules.audioAsText ? text : undefined);
  if (audio > 0 && audioRate === undefined) return noPrice('audio input tokens', rates.ia);
  const imageRate = rates.ii ?? text;
  const cachedRate = rates.c ?? text;
  if (rates.c === null && cached > 0) return noPrice('cached input tokens', null);
  if (rates.w === null && write > 0) return noPrice('tokens written to the cache', null);

  // Where a kind is billed like text it needs no share of its own in the cached tokens.
  const audioApart = audio > 0 && rates.ia !== undefined;
  const imageApart = image > 0 && rates.ii !== undefined;
  const cachedAudioRate = rates.ca ?? (rates.ia ?? undefined);
  const cachedImageRate = rates.ci ?? (rates.ii ?? undefined);
  const cachedAudio = audioApart ? (usage.cachedAudioInputTokens ?? 0) : 0;
  const cachedImage = imageApart ? (usage.cachedImageInputTokens ?? 0) : 0;
  const freshAudio = audioApart ? audio - cachedAudio : 0;
  const freshImage = imageApart ? image - cachedImage : 0;
  const cachedText = cached - cachedAudio - cachedImage;
  const freshVideo = rates.iv === undefined || rates.iv === null ? 0 : video;
  const fresh = total - cached - write - write1h - freshAudio - freshImage - freshVideo;
  if (fresh < 0 || cachedText < 0 || freshAudio < 0 || freshImage < 0) {
    return 'the parts of the input (cached, written to the cache, audio, pictures) are more than its total';
  }
  if (cached > 0 && audioApart && usage.cachedAudioInputTokens === undefined && sets(cachedRate, text) !== sets(cachedAudioRate, audioRate)) {
    return 'how much of the cached input is audio is not known';
  }
  if (cached > 0 && imageApart && usage.cachedImageInputTokens === undefined && sets(cachedRate, text) !== sets(cachedImageRate, imageRate)) {
    return 'how much of the cached input is pictures is not known';
  }
  bill.add('c', cachedText, cachedRate);
  if (cachedAudioRate !== undefined) bill.add('ca', cachedAudio, cachedAudioRate);
  if (cachedImageRate !== undefined) bill.add('ci', cachedImage, cachedImageRate);
  bill.add('w', write, rates.w ?? text);
  bill.add('wh', write1h, rates.wh ?? text);
  bill.add('i', fresh, text);
  if (audioRate !== undefined) bill.add('ia', freshAudio, audioRate);
  bill.add('ii', freshImage, imageRate);
  if (rates.iv !== undefined && rates.iv !== null) bill.add('iv', freshVideo, rates.iv);
  return undefined;
}

/** What caching takes off a token; equal discounts make the split between two kinds irrelevant. */
function sets(cached: Rate | undefined, fresh: Rate | undefined): number {
  return (fresh?.pico ?? 0) - (cached?.pico ?? 0);
}

const OUTPUT_PARTS = [
  ['or', 'reasoningOutputTokens'],
  ['oa', 'audioOutputTokens'],
  ['oi', 'imageOutputTokens'],
  ['ov', 'videoOutputTokens'],
  ['oc', 'citationOutputTokens'],
] as const satisfies readonly (readonly [BillingItem, keyof Usage])[];

function billOutput(bill: Bill, usage: Usage, card: RateCard, rules: TokenRules): string | undefined {
  const total = usage.outputTokens ?? 0;
  const { rates } = card;
  if ((usage.audioOutputTokens ?? 0) > 0 && rates.oa === undefined && !rules.audioAsText) return noPrice('audio output tokens', undefined);
  let rest = total;
  for (const [item, field] of OUTPUT_PARTS) {
    const rate = rates[item];
    if (rate !== undefined) rest -= usage[field] ?? 0;
    else if ((usage[field] ?? 0) > total) rest = -1;
  }
  if (rest < 0) return 'the parts of the output (reasoning, audio, pictures) are more than its total';
  if (total === 0) return undefined;
  const plain = rates.o;
  if (rest > 0 && (plain === undefined || plain === null)) return noPrice('output tokens', plain);
  if (plain !== undefined && plain !== null) bill.add('o', rest, plain);
  for (const [item, field] of OUTPUT_PARTS) {
    const rate = rates[item];
    if (rate !== undefined && rate !== null) bill.add(item, usage[field] ?? 0, rate);
  }
  return undefined;
}

/** `null` is a tier's missing price, `undefined` a model's. */
function noPrice(what: string, rate: Rate | null | undefined): string {
  return rate === null ? `no price for ${what} in this tier at this length of input` : `no price for ${what}`;
}
