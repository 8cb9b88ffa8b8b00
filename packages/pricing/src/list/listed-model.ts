import { type Rate, type Rational, rateOf, rational, times } from '../billing/bill.ts';
import type { RateCard } from '../billing/rate-card.ts';
import { PRICED_UNITS, UNIT_NAMES, UNIT_OF_CODE, type UnitName, isFee } from '../priced-unit.ts';

/** A service tier as the list names it: `standard`, `batch`, `flex`, `priority`, `fast`, `ultrafast`. */
export type Tier = string;

/** A unit and its price as text. */
interface PricedItem {
  /** Code of a unit, or `p/quality/size`. */
  readonly code: string;
  /** `2.5`, or `x` for no price. */
  readonly price: string;
  /** Prices for the whole request if its input is longer than `above` tokens; ascending. */
  readonly steps: readonly { readonly above: number; readonly price: string }[];
}

/**
 * Prices of one tier from one time on. A segment with a `factor` and no items means the standard prices times the
 * factor.
 */
interface Segment {
  readonly tier: Tier;
  /** Milliseconds since the Unix epoch; -Infinity if the price has no start. */
  readonly sinceMs: number;
  /** Minutes of the UTC day, if the price applies only at a time of day. */
  readonly window: readonly [from: number, until: number] | undefined;
  /** Whether the window applies only from Monday to Friday (UTC). */
  readonly onWeekdays: boolean;
  /** A decimal, or `''` for a segment with its own prices. */
  readonly factor: string;
  readonly items: readonly PricedItem[];
  /** Input lengths above which (strictly) the whole request has another price; ascending. */
  readonly bounds: readonly number[];
  readonly cards: Map<string, RateCard>;
  /** Cached card for inputs below the first bound, without a factor. Nearly every call uses it. */
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

/** One model of a price list with its history and tiers, parsed on first use. */
export class ListedModel {
  /**
   * The earliest time, in milliseconds since the Unix epoch, for which the price is known; -Infinity for the package's
   * list.
   */
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
   * The prices of a tier for a time and an input length. Batch costs half of standard if it is not listed. Any other
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

  /**
   * The start of the standard price that applies at a time; -Infinity if it has no start, `undefined` if there is no
   * price.
   */
  since(atMs: number): number | undefined {
    return this.#segment('standard', atMs)?.sinceMs;
  }

  /**
   * The time, in milliseconds since the Unix epoch, since which the vendor no longer sells the model under this name;
   * `undefined` if it still does.
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

  /** Input lengths above which the whole request has another price at that time. */
  bounds(tier: Tier, atMs: number): readonly number[] {
    const listed = this.#segment(tier, atMs);
    const priced = listed?.factor === '' ? listed : this.#segment('standard', atMs);
    return priced?.bounds ?? [];
  }

  /** The last segment that applies: later dates and times of day override earlier segments. */
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

/** Creates a card. The user's `multiplier` applies to everything, the tier's `tierFactor` to tokens and media only. */
function cardOf(segment: Segment, inputTokens: number, multiplier: string, tierFactor: string): RateCard {
  let above = 0;
  // By index, because this runs for every call, and V8 allocates iterators until it has optimized a loop.
  for (let i = 0; i < segment.bounds.length; i += 1) {
    const bound = segment.bounds[i] as number;
    if (inputTokens > bound) above = bound;
  }
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

/** Adds the leading zero that the list omits. */
function decimal(text: string): string {
  return text.startsWith('.') ? `0${text}` : text;
}

const NO_RATES = Object.fromEntries(UNIT_NAMES.map((name) => [name, undefined])) as Record<
  UnitName,
  Rate | null | undefined
>;

/** Creates the card for requests above the bound `above`; 0 for none. */
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
