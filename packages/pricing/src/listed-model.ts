import { type PriceTexts, boundsOf, priceTexts, rateCard, type RateCard } from './rate-card.ts';
import { rational, type Rational } from './rational.ts';

/** The service tiers that have prices of their own. */
export type Tier = 'standard' | 'batch' | 'flex' | 'priority';

interface Segment {
  readonly tier: Tier;
  /** Milliseconds since the Unix epoch; -Infinity where the price always held. */
  readonly sinceMs: number;
  /** Minutes of the UTC day, where the price holds for a part of the day. */
  readonly window: readonly [from: number, until: number] | undefined;
  readonly texts: PriceTexts;
  readonly bounds: readonly number[];
  readonly cards: Map<string, RateCard>;
}

const HALF: Rational = { n: 1n, d: 2n };
const DAY_MINUTES = 1_440;
const SEGMENT = /^(?:!(\w+))?(?:@(\d{4}-\d\d-\d\d))?(?:@(\d\d):(\d\d)-(\d\d):(\d\d))? ?(.*)$/;

/** One model of a price list with its history and tiers, read on first use. */
export class ListedModel {
  readonly #segments: readonly Segment[];
  readonly #hasTiers: boolean;

  /** `texts` are segments such as `i=5 o=30`, `@2026-08-21 i=4 o=20` and `!flex i=2.5 o=15`, oldest first. */
  constructor(texts: readonly string[]) {
    this.#segments = texts.map(segmentOf);
    this.#hasTiers = this.#segments.some((segment) => segment.tier !== 'standard');
  }

  /**
   * The prices of a tier at a time and a length of input. Batch is half of standard where it is not listed; another
   * tier that is not listed has no card.
   */
  card(tier: Tier, atMs: number, inputTokens: number, multiplier: string): RateCard | undefined {
    const listed = tier === 'standard' || this.#hasTiers ? this.#segment(tier, atMs) : undefined;
    if (listed !== undefined) return cardOf(listed, inputTokens, multiplier, false);
    if (tier !== 'batch') return undefined;
    const standard = this.#segment('standard', atMs);
    return standard === undefined ? undefined : cardOf(standard, inputTokens, multiplier, true);
  }

  /** The last segment that holds: a later date, then a part of the day, beats what stands before it. */
  #segment(tier: Tier, atMs: number): Segment | undefined {
    for (let index = this.#segments.length - 1; index >= 0; index -= 1) {
      const segment = this.#segments[index];
      if (segment?.tier === tier && holds(segment, atMs)) return segment;
    }
    return undefined;
  }
}

function cardOf(segment: Segment, inputTokens: number, multiplier: string, halved: boolean): RateCard {
  let above = 0;
  for (const bound of segment.bounds) if (inputTokens > bound) above = bound;
  const key =
    multiplier === '' && !halved && above === 0 ? '' : `${String(above)} ${String(halved)} ${multiplier}`;
  const known = segment.cards.get(key);
  if (known !== undefined) return known;
  const card = rateCard(segment.texts, above, {
    ...(halved ? { tokens: HALF } : {}),
    ...(multiplier === '' ? {} : { all: rational(multiplier) }),
  });
  segment.cards.set(key, card);
  return card;
}

function holds(segment: Segment, atMs: number): boolean {
  if (atMs < segment.sinceMs) return false;
  if (segment.window === undefined) return true;
  const minute = (((atMs / 60_000) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const [from, until] = segment.window;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

function segmentOf(text: string): Segment {
  const match = SEGMENT.exec(text);
  const [, tier = 'standard', date, fromHour, fromMinute, untilHour, untilMinute, items = ''] = match ?? [];
  const texts = priceTexts(items);
  return {
    tier: tier as Tier,
    sinceMs: date === undefined ? Number.NEGATIVE_INFINITY : Date.parse(date),
    window:
      fromHour === undefined
        ? undefined
        : [Number(fromHour) * 60 + Number(fromMinute), Number(untilHour) * 60 + Number(untilMinute)],
    texts,
    bounds: boundsOf(texts),
    cards: new Map(),
  };
}
