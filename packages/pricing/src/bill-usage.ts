import { billPictures } from './bill-pictures.ts';
import { billTokens } from './bill-tokens.ts';
import type { Bill } from './bill.ts';
import type { RateCard } from './rate-card.ts';
import type { Rate } from './rate.ts';
import type { TokenRules } from './token-rules.ts';
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
 * A model is billed by what it heard, said or drew, or else by tokens. Characters and pictures beside tokens are the
 * same thing counted twice, so only the count that has a price is billed.
 */
function billMedia(bill: Bill, usage: Usage, card: RateCard, rules: TokenRules): string | undefined {
  const { rates, pictures } = card;
  if (rates.h) return billSeconds(bill, usage, 'h', rates.h, card.minSeconds);
  if (rates.mi) return billSeconds(bill, usage, 'mi', rates.mi, 0);
  if (rates.ch) return billCount(bill, usage, 'ch', 'characters', rates.ch);
  if (rates.d) return billCount(bill, usage, 'd', 'pages', rates.d);
  if (rates.p) return billCount(bill, usage, 'p', 'images', rates.p);
  if (pictures !== undefined) return billPictures(bill, usage, pictures);

  if (usage.seconds !== undefined && usage.seconds > 0) return 'no price for seconds of audio';
  if (usage.pages !== undefined && usage.pages > 0) return 'no price for pages';
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) {
    const only =
      usage.characters !== undefined ? 'characters' : usage.images !== undefined ? 'pictures' : undefined;
    if (only !== undefined)
      return `the model is priced by the token, and only the number of ${only} is known`;
  }
  return billTokens(bill, usage, card, rules);
}

function billSeconds(
  bill: Bill,
  usage: Usage,
  item: 'h' | 'mi',
  rate: Rate,
  minSeconds: number,
): string | undefined {
  const { seconds } = usage;
  if (seconds === undefined)
    return 'the model is priced by the second of audio, and the seconds are not known';
  bill.add(item, seconds === 0 ? 0 : Math.max(seconds, minSeconds), rate);
  return undefined;
}

function billCount(
  bill: Bill,
  usage: Usage,
  item: 'ch' | 'd' | 'p',
  field: 'characters' | 'pages' | 'images',
  rate: Rate,
): string | undefined {
  const count = usage[field];
  if (count === undefined) return `the model is priced by the number of ${field}, which is not known`;
  bill.add(item, count, rate);
  return undefined;
}

function billFees(bill: Bill, usage: Usage, card: RateCard, fees: RateCard | undefined): string | undefined {
  const { rates } = card;
  if (rates.r) bill.add('r', 1, rates.r);
  return (
    billFee(bill, 's', usage.webSearchCalls, rates.s ?? fees?.rates.s, 'web searches') ??
    billFee(bill, 'f', usage.fileSearchCalls, rates.f ?? fees?.rates.f, 'file searches') ??
    billFee(bill, 'k', usage.codeInterpreterSessions, rates.k ?? fees?.rates.k, 'code interpreter sessions')
  );
}

function billFee(
  bill: Bill,
  item: 's' | 'f' | 'k',
  count: number | undefined,
  rate: Rate | null | undefined,
  what: string,
): string | undefined {
  if (count === undefined || count === 0) return undefined;
  if (rate === undefined || rate === null) return `no price for ${what}`;
  bill.add(item, count, rate);
  return undefined;
}
