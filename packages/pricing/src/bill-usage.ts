import type { Bill, Rate } from './bill.ts';
import type { RateCard, Rates } from './price-list.ts';
import type { Usage } from './usage.ts';

/** What a model costs beside its own prices. */
export interface BillingRules {
  /** Fees of the provider's tools, whatever the model. */
  readonly fees: RateCard | undefined;
  /**
   * Whether audio costs as much as text where it has no price of its own. OpenAI prices them apart on every model:
   * there, no audio price is no cost.
   */
  readonly audioAsText: boolean;
}

/** Adds every line of a call to a bill; gives the reason where something was used that has no price. */
export function billUsage(bill: Bill, usage: Usage, card: RateCard, rules: BillingRules): string | undefined {
  if (card.isFree) return undefined;
  return billMedia(bill, usage, card, rules) ?? billFees(bill, usage, card.rates, rules.fees?.rates);
}

/**
 * A model is billed by what it heard, said or drew, or else by tokens. Characters and pictures beside tokens are the
 * same thing counted twice, so only the count that has a price is billed.
 */
function billMedia(bill: Bill, usage: Usage, card: RateCard, rules: BillingRules): string | undefined {
  const { rates } = card;
  if (rates.i) return billTokens(bill, usage, rates, rules);
  if (rates.h) return billSeconds(bill, usage.seconds, rates.h, card.minSeconds);
  if (rates.mi) return billSeconds(bill, usage.seconds, rates.mi, 0);
  if (rates.ch) return billCount(bill, usage.characters, 'characters', rates.ch);
  if (rates.d) return billCount(bill, usage.pages, 'pages', rates.d);
  if (rates.p) return billCount(bill, usage.images, 'pictures', rates.p);
  if (card.pictures !== undefined) return billPictures(bill, usage, card.pictures);
  return billTokens(bill, usage, rates, rules);
}

function billSeconds(
  bill: Bill,
  seconds: number | undefined,
  rate: Rate,
  minSeconds: number,
): string | undefined {
  if (seconds === undefined)
    return 'the model is priced by the second of audio, and the seconds are not known';
  bill.add(seconds === 0 ? 0 : Math.max(seconds, minSeconds), rate);
  return undefined;
}

function billCount(bill: Bill, count: number | undefined, what: string, rate: Rate): string | undefined {
  if (count === undefined) return `the model is priced by the number of ${what}, which is not known`;
  bill.add(count, rate);
  return undefined;
}

function billPictures(bill: Bill, usage: Usage, pictures: ReadonlyMap<string, Rate>): string | undefined {
  const size = chosen(usage.imageSize) ?? '1024x1024';
  const quality = chosen(usage.imageQuality) ?? 'standard';
  const rate = pictures.get(`${quality}/${size}`);
  if (rate === undefined) return `no price for a picture of size ${size} and quality ${quality}`;
  return billCount(bill, usage.images, 'pictures', rate);
}

/** The API's own defaults stand where the request did not choose. */
function chosen(option: unknown): string | undefined {
  return typeof option !== 'string' || option === '' || option === 'auto' ? undefined : option;
}

function billFees(bill: Bill, usage: Usage, rates: Rates, fees: Rates | undefined): string | undefined {
  if (rates.r) bill.add(1, rates.r);
  return (
    billFee(bill, usage.webSearchCalls, rates.s ?? fees?.s, 'web searches') ??
    billFee(bill, usage.fileSearchCalls, rates.f ?? fees?.f, 'file searches') ??
    billFee(bill, usage.codeInterpreterSessions, rates.k ?? fees?.k, 'code interpreter sessions')
  );
}

function billFee(
  bill: Bill,
  count: number | undefined,
  rate: Rate | null | undefined,
  what: string,
): string | undefined {
  if (count === undefined || count === 0) return undefined;
  if (rate === undefined || rate === null) return `no price for ${what}`;
  bill.add(count, rate);
  return undefined;
}

/**
 * Totals are taken apart: what is cached, written to the cache, audio, picture or reasoning is billed at its own price
 * where there is one, the rest at the price of input or output.
 */
function billTokens(bill: Bill, usage: Usage, rates: Rates, rules: BillingRules): string | undefined {
  if (usage.seconds !== undefined && usage.seconds > 0) return 'no price for seconds of audio';
  if (usage.pages !== undefined && usage.pages > 0) return 'no price for pages';
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) {
    const only =
      usage.characters !== undefined ? 'characters' : usage.images !== undefined ? 'pictures' : undefined;
    if (only !== undefined)
      return `the model is priced by the token, and only the number of ${only} is known`;
  }
  return billInput(bill, usage, rates, rules) ?? billOutput(bill, usage, rates, rules);
}

const INPUT_PARTS_EXCEED =
  'the parts of the input (cached, written to the cache, audio, pictures) are more than its total';
const OUTPUT_PARTS_EXCEED = 'the parts of the output (reasoning, audio, pictures) are more than its total';

function billInput(bill: Bill, usage: Usage, rates: Rates, rules: BillingRules): string | undefined {
  const total = usage.inputTokens ?? 0;
  const cached = usage.cachedInputTokens ?? 0;
  // Without a price of their own, cached and written tokens are plain ones of their kind.
  const write = rates.w === undefined ? 0 : (usage.cacheWriteInputTokens ?? 0);
  const write1h = usage.cacheWrite1hInputTokens ?? 0;
  const audioCount = usage.audioInputTokens ?? 0;
  const imageCount = usage.imageInputTokens ?? 0;
  const videoCount = usage.videoInputTokens ?? 0;
  const cacheCount = Math.max(cached, usage.cacheWriteInputTokens ?? 0, write1h);
  if (Math.max(cacheCount, audioCount, imageCount, videoCount) > total) return INPUT_PARTS_EXCEED;
  if ((usage.cachedAudioInputTokens ?? 0) > audioCount || (usage.cachedImageInputTokens ?? 0) > imageCount)
    return INPUT_PARTS_EXCEED;
  if (total === 0) return undefined;
  const text = rates.i;
  if (!text) return noPrice('input', text);
  // One-hour writes cost more than five-minute writes, so those cannot stand in for them.
  if (write1h > 0 && !rates.wh && rates.w !== undefined) return noPrice('1-hour cache writes', rates.wh);
  if (cached > 0 && rates.c === null) return noPrice('cached input', null);
  if (write > 0 && rates.w === null) return noPrice('cache writes', null);
  if (audioCount > 0 && rates.ia === undefined && !rules.audioAsText)
    return noPrice('audio input', undefined);

  // A kind without a price of its own is text, its cached share too.
  const audio = kindOf(rates.ia, rates.ca, audioCount, usage.cachedAudioInputTokens);
  const image = kindOf(rates.ii, rates.ci, imageCount, usage.cachedImageInputTokens);
  const video = rates.iv ? videoCount : 0;
  const cachedText = rates.c === undefined ? 0 : cached - (audio?.cached ?? 0) - (image?.cached ?? 0);
  const freshText = total - cachedText - write - write1h - (audio?.count ?? 0) - (image?.count ?? 0) - video;
  const cachedRate = rates.c ?? text;
  for (const kind of [audio, image]) {
    if (kind === undefined || cachedText <= 0 || kind.isSplit || savesAsMuch(kind, text, cachedRate))
      continue;
    return `how much of the cached input is ${kind === audio ? 'audio' : 'pictures'} is not known`;
  }
  if (cachedText < 0 || freshText < 0) return INPUT_PARTS_EXCEED;

  bill.add(cachedText, cachedRate);
  if (audio !== undefined) bill.add(audio.cached, audio.cachedRate);
  if (image !== undefined) bill.add(image.cached, image.cachedRate);
  if (rates.w) bill.add(write, rates.w);
  bill.add(write1h, rates.wh ?? text);
  bill.add(freshText, text);
  if (audio !== undefined) bill.add(audio.count - audio.cached, audio.rate);
  if (image !== undefined) bill.add(image.count - image.cached, image.rate);
  if (rates.iv) bill.add(video, rates.iv);
  return undefined;
}

/** A kind of input with its own price: its count, the cached share of it, and what a token of each costs. */
interface Kind {
  readonly count: number;
  readonly cached: number;
  /** Whether its share of the cached tokens is known. */
  readonly isSplit: boolean;
  readonly rate: Rate;
  readonly cachedRate: Rate;
}

function kindOf(
  rate: Rate | null | undefined,
  cachedRate: Rate | null | undefined,
  count: number,
  cached: number | undefined,
): Kind | undefined {
  if (!rate || count === 0) return undefined;
  return {
    count,
    cached: Math.min(cached ?? 0, count),
    isSplit: cached !== undefined,
    rate,
    cachedRate: cachedRate ?? rate,
  };
}

/** Where caching takes the same off a token of either kind, it does not matter which kind was cached. */
function savesAsMuch({ rate, cachedRate }: Kind, text: Rate, cachedText: Rate): boolean {
  return rate.unitPrice - cachedRate.unitPrice === text.unitPrice - cachedText.unitPrice;
}

function billOutput(bill: Bill, usage: Usage, rates: Rates, rules: BillingRules): string | undefined {
  const total = usage.outputTokens ?? 0;
  const reasoning = usage.reasoningOutputTokens ?? 0;
  const audio = usage.audioOutputTokens ?? 0;
  const image = usage.imageOutputTokens ?? 0;
  const video = usage.videoOutputTokens ?? 0;
  const citation = usage.citationOutputTokens ?? 0;
  if (Math.max(reasoning, audio, image, video, citation) > total) return OUTPUT_PARTS_EXCEED;
  if (audio > 0 && rates.oa === undefined && !rules.audioAsText) return noPrice('audio output', undefined);
  // A kind without a price of its own is text.
  const apart =
    (rates.or ? reasoning : 0) +
    (rates.oa ? audio : 0) +
    (rates.oi ? image : 0) +
    (rates.ov ? video : 0) +
    (rates.oc ? citation : 0);
  if (apart > total) return OUTPUT_PARTS_EXCEED;
  if (total > apart) {
    if (!rates.o) return noPrice('output', rates.o);
    bill.add(total - apart, rates.o);
  }
  if (rates.or) bill.add(reasoning, rates.or);
  if (rates.oa) bill.add(audio, rates.oa);
  if (rates.oi) bill.add(image, rates.oi);
  if (rates.ov) bill.add(video, rates.ov);
  if (rates.oc) bill.add(citation, rates.oc);
  return undefined;
}

/** `null` is a price that only this tier does not have. */
function noPrice(what: string, rate: Rate | null | undefined): string {
  return rate === null ? `no price for ${what} in this tier at this length of input` : `no price for ${what}`;
}
