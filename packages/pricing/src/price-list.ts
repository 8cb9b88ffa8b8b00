import { type Rate, type Rational, rateOf, rational, times } from './bill.ts';
import { PRICE_LIST } from './generated/price-list.ts';

/**
 * What can be billed, by the short names of the generated list: words for people, and the number of units a price is
 * for. `generate/price-lines.mjs` writes the same short names.
 */
const ITEMS: Readonly<Record<BillingItem, readonly [words: string, per: number]>> = {
  i: ['input', 1_000_000],
  c: ['cached', 1_000_000],
  w: ['cache write', 1_000_000],
  wh: ['1-hour cache write', 1_000_000],
  ia: ['audio input', 1_000_000],
  ca: ['cached audio', 1_000_000],
  ii: ['image input', 1_000_000],
  ci: ['cached image', 1_000_000],
  iv: ['video input', 1_000_000],
  o: ['output', 1_000_000],
  or: ['reasoning output', 1_000_000],
  oa: ['audio output', 1_000_000],
  oi: ['image output', 1_000_000],
  ov: ['video output', 1_000_000],
  oc: ['citation output', 1_000_000],
  ch: ['characters', 1_000_000],
  h: ['seconds of audio', 3_600],
  mi: ['seconds of audio', 60],
  d: ['pages', 1_000],
  p: ['pictures', 1],
  r: ['request', 1_000],
  s: ['web search', 1_000],
  f: ['file search', 1_000],
  k: ['code interpreter session', 1],
};

/** Short name of something that is billed: tokens of input and output by kind, then media, then fees. */
export type BillingItem =
  | ('i' | 'c' | 'w' | 'wh' | 'ia' | 'ca' | 'ii' | 'ci' | 'iv')
  | ('o' | 'or' | 'oa' | 'oi' | 'ov' | 'oc')
  | ('ch' | 'h' | 'mi' | 'd' | 'p')
  | ('r' | 's' | 'f' | 'k');

/** Fees for tools and requests: the same in every service tier. */
const FEES: ReadonlySet<string> = new Set<BillingItem>(['r', 's', 'f', 'k']);

/** `null` where a service tier has no price for what the standard tier prices; `undefined` where the model has none. */
export type Rates = Readonly<Record<BillingItem, Rate | null | undefined>>;

/** The prices of one model, tier and length of context. */
export interface RateCard {
  readonly rates: Rates;
  /** Prices of one picture by `quality/size`. */
  readonly pictures: ReadonlyMap<string, Rate> | undefined;
  /** Fewer seconds than this are billed as this many. */
  readonly minSeconds: number;
  /** Nothing is billed: the model is free. */
  readonly isFree: boolean;
}

/** The service tiers that have prices of their own. */
export type Tier = 'standard' | 'batch' | 'flex' | 'priority';

/** Item -> price, `2.5` or `2.5>272000:5`. */
type PriceTexts = ReadonlyMap<string, string>;

interface Segment {
  readonly tier: Tier;
  /** Milliseconds since the Unix epoch; -Infinity where the price always held. */
  readonly sinceMs: number;
  /** Minutes of the UTC day, where the price holds for a part of the day. */
  readonly window: readonly [from: number, until: number] | undefined;
  /** The window is open from Monday to Friday (UTC) only. */
  readonly onWeekdays: boolean;
  readonly texts: PriceTexts;
  /** Above each of these (strictly) the whole request has another price; ascending. */
  readonly bounds: readonly number[];
  readonly cards: Map<string, RateCard>;
  /** The card of the first bound, without a factor: nearly every call. */
  plain?: RateCard;
}

const HALF: Rational = { n: 1n, d: 2n };
const NO_PRICE = 'x';
const DAY_MINUTES = 1_440;
const SEGMENT =
  /^(?:!(\w+))?(?:@(\d{4}-\d\d-\d\d(?:T\d\d:\d\dZ)?))?(?:@(wd)?(\d\d):(\d\d)-(\d\d):(\d\d))? ?(.*)$/;

/** One model of a price list with its history and tiers, read on first use. */
export class ListedModel {
  readonly #segments: readonly Segment[];

  /** `texts` are segments such as `i=5 o=30`, `@2026-08-21 i=4 o=20` and `!flex i=2.5 o=15`, oldest first. */
  constructor(texts: readonly string[]) {
    this.#segments = texts.map(readSegment);
  }

  /**
   * The prices of a tier at a time and a length of input. Batch is half of standard where it is not listed; another
   * tier that is not listed has no card.
   */
  card(tier: Tier, atMs: number, inputTokens: number, multiplier: string): RateCard | undefined {
    const listed = this.#segment(tier, atMs);
    if (listed !== undefined) return cardOf(listed, inputTokens, multiplier, false);
    const standard = tier === 'batch' ? this.#segment('standard', atMs) : undefined;
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

function cardOf(segment: Segment, inputTokens: number, multiplier: string, halved: boolean): RateCard {
  let above = 0;
  for (const bound of segment.bounds) if (inputTokens > bound) above = bound;
  if (above === 0 && multiplier === '' && !halved) {
    segment.plain ??= readCard(segment.texts, 0);
    return segment.plain;
  }
  const key = `${String(above)} ${String(halved)} ${multiplier}`;
  let card = segment.cards.get(key);
  if (card === undefined) {
    const all = multiplier === '' ? undefined : rational(multiplier);
    const tokens = halved ? (all === undefined ? HALF : times(HALF, all)) : all;
    card = readCard(segment.texts, above, tokens, all);
    segment.cards.set(key, card);
  }
  return card;
}

function readSegment(text: string): Segment {
  const [, tier = 'standard', date, weekdays, fromHour, fromMinute, untilHour, untilMinute, items = ''] =
    SEGMENT.exec(text) ?? [];
  const texts = new Map<string, string>();
  const bounds = new Set<number>();
  for (const part of items.split(' ')) {
    const equals = part.indexOf('=');
    if (equals > 0) texts.set(part.slice(0, equals), part.slice(equals + 1));
    for (const match of part.matchAll(/>(\d+):/g)) bounds.add(Number(match[1]));
  }
  return {
    tier: tier as Tier,
    sinceMs: date === undefined ? Number.NEGATIVE_INFINITY : Date.parse(date),
    window:
      fromHour === undefined
        ? undefined
        : [Number(fromHour) * 60 + Number(fromMinute), Number(untilHour) * 60 + Number(untilMinute)],
    onWeekdays: weekdays !== undefined,
    texts,
    bounds: [...bounds].sort((a, b) => a - b),
    cards: new Map(),
  };
}

/** `above` is the highest bound that the request passed, 0 for none. */
function readCard(texts: PriceTexts, above: number, ofTokens?: Rational, ofFees?: Rational): RateCard {
  // Every card has the same fields in the same order, so that reading them stays fast for any mix of models.
  const rates = Object.fromEntries(Object.keys(ITEMS).map((item) => [item, undefined])) as Record<
    BillingItem,
    Rate | null | undefined
  >;
  const pictures = new Map<string, Rate>();
  for (const [name, text] of texts) {
    const price = priceAt(text, above);
    if (name.startsWith('p/')) {
      const [, quality = '', size = ''] = name.split('/');
      pictures.set(`${quality}/${size}`, rateOf(`picture ${size} ${quality}`, price, 1, ofTokens));
    } else if (Object.hasOwn(ITEMS, name)) {
      const item = name as BillingItem;
      const [words, per] = ITEMS[item];
      rates[item] = price === NO_PRICE ? null : rateOf(words, price, per, FEES.has(item) ? ofFees : ofTokens);
    }
  }
  return {
    rates,
    pictures: pictures.size > 0 ? pictures : undefined,
    minSeconds: Number(texts.get('hmin') ?? 0),
    isFree: texts.size === 0,
  };
}

function priceAt(text: string, above: number): string {
  const [base = NO_PRICE, ...steps] = text.split('>');
  let price = base;
  for (const step of steps) {
    const [bound, stepPrice = NO_PRICE] = step.split(':');
    if (above >= Number(bound)) price = stepPrice;
  }
  return price;
}

/** The prices of one provider. */
export interface ProviderList {
  readonly id: string;
  /** Lists to look into where this one has no such model (Azure serves OpenAI's models at OpenAI's prices). */
  readonly fallbacks: readonly string[];
  /** Fees for tools, whatever the model. */
  readonly fees: RateCard | undefined;
  /** Tiers that cost the same as standard. */
  readonly standardTiers: readonly string[];
  /** A model by its exact name in the list, in lower case; a name that ends in `*` is open to snapshot suffixes. */
  model(name: string): ListedModel | undefined;
}

let blocks: Map<string, string> | undefined;
const lists = new Map<string, ProviderList>();

/** The list of a provider by the price list's own id; nothing is read before the first call. */
export function providerList(id: string): ProviderList | undefined {
  const known = lists.get(id);
  if (known !== undefined) return known;
  blocks ??= readBlocks();
  const block = blocks.get(id);
  if (block === undefined) return undefined;
  const list = readList(id, block);
  lists.set(id, list);
  return list;
}

function readBlocks(): Map<string, string> {
  const found = new Map<string, string>();
  for (const block of PRICE_LIST.slice(1).split('\n#')) found.set(block.slice(0, block.indexOf('\t')), block);
  return found;
}

function readList(id: string, block: string): ProviderList {
  const lines = block.split('\n');
  const [, fallbacks = '', fees = '', tiers = ''] = (lines[0] ?? '').split('\t');
  const lineOf = new Map<string, string>();
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    for (const name of line.slice(0, line.indexOf('\t')).split('|')) lineOf.set(name, line);
  }
  const models = new Map<string, ListedModel>();
  return {
    id,
    fallbacks: fallbacks === '' ? [] : fallbacks.split(','),
    fees: fees === '' ? undefined : new ListedModel([fees]).card('standard', 0, 0, ''),
    standardTiers: tiers === '' ? [] : tiers.split(','),
    model(name) {
      const line = lineOf.get(name);
      if (line === undefined) return undefined;
      let model = models.get(line);
      if (model === undefined) {
        model = new ListedModel(line.split('\t').slice(1));
        models.set(line, model);
      }
      return model;
    },
  };
}
