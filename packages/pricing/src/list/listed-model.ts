import { type Rate, type Rational, rateOf, rational, times } from '../billing/bill.ts';
import type { RateCard } from '../billing/rate-card.ts';
import { PRICED_UNITS, UNIT_NAMES, UNIT_OF_CODE, type UnitName, isFee } from '../priced-unit.ts';

/** A service tier in the words of the list: `standard`, `batch`, `flex`, `priority`, `fast`, `ultrafast`. */
export type Tier = string;

/** What is priced, and the text of its price. */
interface PricedItem {
  /** Code of a unit, or `p/quality/size`. */
  readonly code: string;
  /** `2.5`, or `x` for no price. */
  readonly price: string;
  /** Prices of the whole request where its input is longer than `above` tokens; ascending. */
  readonly steps: readonly { readonly above: number; readonly price: string }[];
}

/**
 * Prices of one tier from one time on. A segment with a `factor` and no items is that many times the standard price of
 * the day.
 */
interface Segment {
  readonly tier: Tier;
  /** Milliseconds since the Unix epoch; -Infinity where the price always held. */
  readonly sinceMs: number;
  /** Minutes of the UTC day, where the price holds for a part of the day. */
  readonly window: readonly [from: number, until: number] | undefined;
  /** The window is open from Monday to Friday (UTC) only. */
  readonly onWeekdays: boolean;
  /** A decimal text, `''` for a segment with prices of its own. */
  readonly factor: string;
  readonly items: readonly PricedItem[];
  /** Above each of these (strictly) the whole request has another price; ascending. */
  readonly bounds: readonly number[];
  readonly cards: Map<string, RateCard>;
  /** The card of the first bound, without a factor: nearly every call. */
  plain?: RateCard;
}

const BATCH_FACTOR = '0.5';
const NO_PRICE = 'x';
const DAY_MINUTES = 1_440;
const SEGMENT =
  /^(?:!([a-z]+))?(?:@(\d{4}-\d\d-\d\d(?:T\d\d:\d\dZ)?))?(?:@(wd)?(\d\d):(\d\d)-(\d\d):(\d\d))?(?:\*(\d*\.?\d+))? ?(.*)$/;
/** `i=2.5`, `i2.5>272k:5`, `c=x`, `p/hd/1024x1024=0.08`. */
const ITEM = /(p\/[a-z]+\/[\da-z]+|[a-z]+)=?(x|\d*\.?\d+)((?:>\d+k?:(?:x|\d*\.?\d+))*)/g;
const STEP = />(\d+)(k?):(x|\d*\.?\d+)/g;

/** One model of a price list with its history and tiers, read on first use. */
export class ListedModel {
  /** Before this, in milliseconds since the Unix epoch, nothing is known of its price; -Infinity for the package's list. */
  readonly knownFromMs: number;
  readonly #texts: readonly string[];
  #segments: readonly Segment[] | undefined;

  /**
   * `texts` are segments, oldest first: `i=5 o=30`, `@2026-08-21 i=4 o=20`, `!flex i=2.5 o=15`, `!priority*2`.
   */
  constructor(texts: readonly string[], knownFromMs: number = Number.NEGATIVE_INFINITY) {
    this.#texts = texts;
    this.knownFromMs = knownFromMs;
  }

  /**
   * The prices of a tier at a time and a length of input. Batch is half of standard where it is not listed; another
   * tier that is not listed has no card.
   */
  card(tier: Tier, atMs: number, inputTokens: number, multiplier: string): RateCard | undefined {
    const listed = this.#segment(tier, atMs);
    if (listed !== undefined && listed.factor === '') return cardOf(listed, inputTokens, multiplier, '');
    const factor = listed?.factor ?? (tier === 'batch' ? BATCH_FACTOR : '');
    if (factor === '') return undefined;
    const standard = this.#segment('standard', atMs);
    return standard === undefined ? undefined : cardOf(standard, inputTokens, multiplier, factor);
  }

  /** Since when the standard price of a time holds; -Infinity where it always did, `undefined` where there is none. */
  since(atMs: number): number | undefined {
    return this.#segment('standard', atMs)?.sinceMs;
  }

  /**
   * Since when, in milliseconds since the Unix epoch, the vendor does not sell the model under this name any more;
   * `undefined` where it does at that time.
   */
  retiredSince(atMs: number): number | undefined {
    const segment = this.#segment('standard', atMs);
    const isRetired =
      segment !== undefined &&
      segment.items.length > 0 &&
      Number.isFinite(segment.sinceMs) &&
      segment.items.every(({ price }) => price === NO_PRICE);
    return isRetired ? segment.sinceMs : undefined;
  }

  /** Above each of these lengths of input the whole request has another price at that time. */
  bounds(tier: Tier, atMs: number): readonly number[] {
    const listed = this.#segment(tier, atMs);
    const priced = listed?.factor === '' ? listed : this.#segment('standard', atMs);
    return priced?.bounds ?? [];
  }

  /** The last segment that holds: a later date, then a part of the day, beats what stands before it. */
  #segment(tier: Tier, atMs: number): Segment | undefined {
    if (atMs < this.knownFromMs) return undefined;
    this.#segments ??= this.#texts.map(readSegment);
    for (let index = this.#segments.length - 1; index >= 0; index -= 1) {
      const segment = this.#segments[index];
      if (segment?.tier === tier && holds(segment, atMs)) return segment;
    }
    return undefined;
  }
}

function holds(segment: Segment, atMs: number): boolean {
  if (atMs < segment.sinceMs) return false;
  if (segment.window === undefined) return true;
  if (segment.onWeekdays && isWeekend(atMs)) return false;
  const minute = (((atMs / 60_000) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const [from, until] = segment.window;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

/** Saturday or Sunday, UTC. The Unix epoch was a Thursday. */
function isWeekend(atMs: number): boolean {
  const days = Math.floor(atMs / (DAY_MINUTES * 60_000));
  return ((days % 7) + 12) % 7 < 2;
}

/** `multiplier` is the user's and applies to everything, `tierFactor` the tier's and applies to tokens and media. */
function cardOf(segment: Segment, inputTokens: number, multiplier: string, tierFactor: string): RateCard {
  let above = 0;
  for (const bound of segment.bounds) if (inputTokens > bound) above = bound;
  if (above === 0 && multiplier === '' && tierFactor === '') {
    segment.plain ??= readCard(segment.items, 0);
    return segment.plain;
  }
  const key = `${String(above)} ${tierFactor} ${multiplier}`;
  let card = segment.cards.get(key);
  if (card === undefined) {
    const ofFees = multiplier === '' ? undefined : rational(multiplier);
    const ofTier = tierFactor === '' ? undefined : rational(tierFactor);
    const ofTokens =
      ofTier === undefined || ofFees === undefined ? (ofTier ?? ofFees) : times(ofTier, ofFees);
    card = readCard(segment.items, above, ofTokens, ofFees);
    segment.cards.set(key, card);
  }
  return card;
}

function readSegment(text: string): Segment {
  const [
    ,
    tier = 'standard',
    date,
    weekdays,
    fromHour,
    fromMinute,
    untilHour,
    untilMinute,
    factor = '',
    rest = '',
  ] = SEGMENT.exec(text) ?? [];
  const items = Array.from(rest.matchAll(ITEM), readItem);
  const bounds = new Set(items.flatMap(({ steps }) => steps.map(({ above }) => above)));
  return {
    tier,
    sinceMs: date === undefined ? Number.NEGATIVE_INFINITY : Date.parse(date),
    window:
      fromHour === undefined
        ? undefined
        : [Number(fromHour) * 60 + Number(fromMinute), Number(untilHour) * 60 + Number(untilMinute)],
    onWeekdays: weekdays !== undefined,
    factor: decimal(factor),
    items,
    bounds: [...bounds].sort((a, b) => a - b),
    cards: new Map(),
  };
}

function readItem([, code = '', price = NO_PRICE, steps = '']: readonly string[]): PricedItem {
  return {
    code,
    price: decimal(price),
    steps: Array.from(steps.matchAll(STEP), ([, above = '', thousands, stepPrice = NO_PRICE]) => ({
      above: Number(above) * (thousands === 'k' ? 1_000 : 1),
      price: decimal(stepPrice),
    })),
  };
}

/** The list leaves out a leading zero. */
function decimal(text: string): string {
  return text.startsWith('.') ? `0${text}` : text;
}

const NO_RATES = Object.fromEntries(UNIT_NAMES.map((name) => [name, undefined])) as Record<
  UnitName,
  Rate | null | undefined
>;

/** `above` is the highest bound that the request passed, 0 for none. */
function readCard(
  items: readonly PricedItem[],
  above: number,
  ofTokens?: Rational,
  ofFees?: Rational,
): RateCard {
  // Every card has the same fields in the same order, so that reading them stays fast for any mix of models.
  const rates = { ...NO_RATES };
  const pictures = new Map<string, Rate>();
  let minSeconds = 0;
  for (const { code, price: base, steps } of items) {
    const price = steps.findLast((step) => above >= step.above)?.price ?? base;
    const name = UNIT_OF_CODE.get(code);
    if (name !== undefined) {
      const { words, per } = PRICED_UNITS[name];
      rates[name] = price === NO_PRICE ? null : rateOf(words, price, per, isFee(name) ? ofFees : ofTokens);
    } else if (code.startsWith('p/')) {
      const [, quality = '', size = ''] = code.split('/');
      pictures.set(`${quality}/${size}`, rateOf(`picture ${size} ${quality}`, price, 1, ofTokens));
    } else if (code === 'hmin') minSeconds = Number(price);
  }
  return {
    rates,
    pictures: pictures.size > 0 ? pictures : undefined,
    minSeconds,
    isFree: items.length === 0,
  };
}
