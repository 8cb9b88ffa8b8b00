import type { Usage } from '../usage/usage.ts';
import type { Bill, Rate } from './bill.ts';
import { billInput } from './bill-input.ts';
import { billOutput } from './bill-output.ts';
import type { BillingRules, RateCard, Rates } from './rate-card.ts';

/**
 * Adds every line of a call to a bill. A unit that was used and has no price is recorded on the bill as missing. If the
 * usage cannot be billed at all, the reason is returned.
 */
export function billUsage(bill: Bill, usage: Usage, card: RateCard, rules: BillingRules): string | undefined {
  if (card.isFree) return undefined;
  const reason = billMedia(bill, usage, card, rules);
  if (reason !== undefined) return reason;
  billFees(bill, usage, card.rates, rules.fees?.rates);
  return undefined;
}

/**
 * Bills a model by its media (audio, characters, pictures, video) if they have a price, otherwise by tokens. Characters
 * or pictures reported together with tokens are the same usage counted twice, so only the count with a price is billed.
 */
function billMedia(bill: Bill, usage: Usage, card: RateCard, rules: BillingRules): string | undefined {
  const { rates } = card;
  if (rates.input) return billTokens(bill, usage, rates, rules);
  if (rates.audioHour) return billSeconds(bill, usage.seconds, rates.audioHour, card.minSeconds);
  if (rates.minute) return billSeconds(bill, usage.seconds, rates.minute, 0);
  if (rates.characters) return billCount(bill, usage.characters, 'characters', rates.characters);
  if (rates.page) return billCount(bill, usage.pages, 'pages', rates.page);
  if (rates.picture) return billCount(bill, usage.images, 'pictures', rates.picture);
  if (rates.videoSecond) return billCount(bill, usage.videoSeconds, 'seconds of video', rates.videoSecond);
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

/** The option of the request; `undefined` if it left the choice to the API's default. */
function chosen(option: unknown): string | undefined {
  return typeof option !== 'string' || option === '' || option === 'auto' ? undefined : option;
}

/** Bills tokens, and records media counts for which a model priced by token has no price. */
function billTokens(bill: Bill, usage: Usage, rates: Rates, rules: BillingRules): string | undefined {
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) {
    const only =
      usage.characters !== undefined ? 'characters' : usage.images !== undefined ? 'pictures' : undefined;
    if (only !== undefined)
      return `the model is priced by the token, and only the number of ${only} is known`;
  }
  if ((usage.seconds ?? 0) > 0) bill.miss('seconds of audio');
  if ((usage.pages ?? 0) > 0) bill.miss('pages');
  if ((usage.videoSeconds ?? 0) > 0) bill.miss('seconds of video');
  return billInput(bill, usage, rates, rules) ?? billOutput(bill, usage, rates, rules);
}

function billFees(bill: Bill, usage: Usage, rates: Rates, fees: Rates | undefined): void {
  if (rates.request) bill.add(1, rates.request);
  billFee(bill, usage.webSearchCalls, rates.webSearch ?? fees?.webSearch, 'web searches');
  billFee(bill, usage.fileSearchCalls, rates.fileSearch ?? fees?.fileSearch, 'file searches');
  const session = rates.codeInterpreterSession ?? fees?.codeInterpreterSession;
  billFee(bill, usage.codeInterpreterSessions, session, 'code interpreter sessions');
}

function billFee(bill: Bill, count: number | undefined, rate: Rate | null | undefined, unit: string): void {
  if (count === undefined || count === 0) return;
  if (rate) bill.add(count, rate);
  else bill.miss(unit, rate);
}
