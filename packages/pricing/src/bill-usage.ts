import { billTokens, type TokenRules } from './bill-tokens.ts';
import type { Bill } from './bill.ts';
import type { RateCard } from './rate-card.ts';
import type { Rate } from './rate.ts';
import type { Usage } from './usage.ts';

/** Adds every line of a call to a bill; gives the reason where something was used that has no price. */
export function billUsage(
  bill: Bill,
  usage: Usage,
  card: RateCard,
  fees: RateCard | undefined,
  rules: TokenRules,
): string | undefined {
  if (card.free) return undefined;
  return billMedia(bill, usage, card, rules) ?? billFees(bill, usage, card, fees);
}

/**
 * A model is billed by tokens, or by what it heard, said or drew. Characters and pictures beside tokens are the same
 * thing counted twice, so the one that has a price is billed.
 */
function billMedia(bill: Bill, usage: Usage, card: RateCard, rules: TokenRules): string | undefined {
  const { rates, pictures } = card;
  const seconds = usage.seconds ?? 0;
  const tokens = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
  if (rates.h !== undefined && rates.h !== null) {
    if (seconds === 0 && tokens > 0) return 'the model is priced by the second of audio, and the seconds are not known';
    bill.add('h', billedSeconds(seconds, card), rates.h);
    return undefined;
  }
  if (rates.ch !== undefined && rates.ch !== null) {
    if (usage.characters === undefined && tokens > 0) return 'the model is priced by the character, and the characters are not known';
    bill.add('ch', usage.characters ?? 0, rates.ch);
    return undefined;
  }
  if (pictures !== undefined) return billPictures(bill, usage, pictures, tokens);
  if (rates.d !== undefined && rates.d !== null) {
    bill.add('d', usage.pages ?? 0, rates.d);
    return undefined;
  }
  if (seconds > 0) return 'no price for seconds of audio';
  const bySomethingElse = tokens === 0 && ((usage.characters ?? 0) > 0 ? 'characters' : (usage.images ?? 0) > 0 ? 'pictures' : '');
  if (bySomethingElse !== '' && bySomethingElse !== false) return `the model is priced by the token, and only ${bySomethingElse} are known`;
  if (rates.r !== undefined && rates.r !== null) bill.add('r', 1, rates.r);
  return billTokens(bill, usage, card, rules);
}

function billedSeconds(seconds: number, card: RateCard): number {
  return seconds > 0 ? Math.max(seconds, card.minSeconds) : seconds;
}

function billPictures(bill: Bill, usage: Usage, pictures: ReadonlyMap<string, Rate>, tokens: number): string | undefined {
  const images = usage.images;
  if (images === undefined && tokens > 0) return 'the model is priced by the picture, and their number is not known';
  if (images === undefined || images === 0) return undefined;
  const size = chosen(usage.imageSize) ?? '1024x1024';
  const quality = chosen(usage.imageQuality) ?? 'standard';
  const rate = pictures.get(`${quality}/${size}`);
  if (rate === undefined) return `no price for a picture of ${quality} quality and size ${size}`;
  bill.add(`picture ${size} ${quality}`, images, rate);
  return undefined;
}

/** The API's own defaults stand where the request did not choose. */
function chosen(option: string | undefined): string | undefined {
  return option === undefined || option === '' || option === 'auto' ? undefined : option;
}

function billFees(bill: Bill, usage: Usage, card: RateCard, fees: RateCard | undefined): string | undefined {
  return (
    billFee(bill, 's', usage.webSearchCalls, card.rates.s ?? fees?.rates.s, 'web searches') ??
    billFee(bill, 'f', usage.fileSearchCalls, card.rates.f ?? fees?.rates.f, 'file searches') ??
    billFee(bill, 'k', usage.codeInterpreterSessions, card.rates.k ?? fees?.rates.k, 'code interpreter sessions')
  );
}

function billFee(bill: Bill, item: 's' | 'f' | 'k', count: number | undefined, rate: Rate | null | undefined, what: string): string | undefined {
  if (count === undefined || count === 0) return undefined;
  if (rate === undefined || rate === null) return `no price for ${what}`;
  bill.add(item, count, rate);
  return undefined;
}
