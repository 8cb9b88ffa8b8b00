import type { RateCard } from './billing/rate-card.ts';
import { dayOf, millisecondsOf } from './call-time.ts';
import { PRICE_LIST_DATE } from './generated/price-list.ts';
import type { ListedModel, Tier } from './list/listed-model.ts';
import { inRegion, lookUpModel } from './names/model-lookup.ts';
import { bedrockRegion } from './names/provider-names.ts';
import { providerOfCall, vendorOfModel } from './names/provider-of-call.ts';
import { ownModel, ownPrices, ownProvider, type OwnPrices } from './own/own-prices.ts';
import type { PriceOptions } from './price-options.ts';
import { PRICED_UNITS, UNIT_NAMES, type UnitName } from './priced-unit.ts';
import { tiersOf } from './service-tier.ts';

/** A model, a time, and everything else that its price depends on. */
export interface ModelPriceRequest {
  /** As in `PriceRequest`. Default: the vendor that the model's name suggests. */
  readonly provider?: string | undefined;
  readonly model: string;
  /** Milliseconds since the Unix epoch, an ISO 8601 string or a Date. */
  readonly at: number | string | Date;
  /** Default standard. */
  readonly serviceTier?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** The price of one unit of a model. */
export interface UnitPrice {
  readonly unit: UnitName;
  /** The unit in words: `cached`, `audio output`. */
  readonly words: string;
  /** US dollars for `per` units. */
  readonly usd: number;
  readonly per: number;
}

/** The price of a model at one time, with its source. */
export interface ModelPrice {
  /** Id of the provider in the price list. */
  readonly provider: string;
  readonly model: string;
  /** Source of the price: the user's own, the package's list, or the feed. */
  readonly source: 'custom' | 'list' | 'feed';
  /**
   * Date of the source, `YYYY-MM-DD`. For the user's own price, the day from which it applies, or the day of the
   * request.
   */
  readonly asOf: string;
  /**
   * When the price starts, ISO 8601. Absent for the first known price of a model, which also applies to earlier calls,
   * and for a user's own price without a date.
   */
  readonly since?: string;
  readonly tier: string;
  /** Nothing is billed. */
  readonly isFree: boolean;
  readonly units: readonly UnitPrice[];
  /** Prices for the whole request above certain input lengths in tokens, the shortest first. */
  readonly longContext: readonly { readonly above: number; readonly units: readonly UnitPrice[] }[];
  /** US dollars per picture by `quality/size`, if the price depends on them. */
  readonly pictures: Readonly<Record<string, number>>;
}

/**
 * The price, with its source, that `priceOf` uses for a model at a time. `undefined` if there is none, or none in that
 * service tier. For invalid own prices, throws the error of `parsePrices`.
 */
export function modelPrice(request: ModelPriceRequest, prices?: PriceOptions): ModelPrice | undefined {
  const own = prices === undefined ? undefined : ownPrices(prices);
  const atMs = millisecondsOf(request.at);
  const tiers = tiersOf({ ...request, provider: request.provider ?? '', at: atMs });
  if (Number.isNaN(atMs) || tiers === undefined) return undefined;
  const ownName = ownProvider(own, request.provider, request.baseUrl);
  const asked = request.provider ?? vendorOfModel(request.model) ?? '';
  const named = { ...request, provider: asked, baseUrl: request.baseUrl, requestModel: '' };
  const { provider, model: listedName } =
    ownName === undefined ? providerOfCall(named) : { provider: ownName, model: request.model };
  const region = provider === 'aws' ? bedrockRegion(request.baseUrl) : '';
  const sources = sourcesOf(own, { provider, model: request.model, listedName, region, atMs });
  for (const { source, model, asOf, multiplier, isOwn } of sources) {
    if (model === undefined) continue;
    const priced = firstPriced(model, isOwn ? tiers : tiers.filter(isSharedTier), atMs, multiplier);
    if (priced !== undefined) {
      const head = { provider, model: request.model, source, asOf, tier: priced.tier };
      return describe(head, model, priced.card, atMs, multiplier);
    }
    // If the user has their own price for a model, no other price is used, even for tiers that it lacks.
    if (source === 'custom') return undefined;
  }
  return undefined;
}

function firstPriced(
  model: ListedModel,
  tiers: readonly Tier[],
  atMs: number,
  multiplier: string,
): { readonly tier: Tier; readonly card: RateCard } | undefined {
  for (const tier of tiers) {
    const card = model.card(tier, atMs, 0, multiplier);
    if (card !== undefined && hasPrice(card)) return { tier, card };
  }
  return undefined;
}

/** Whether the price of a tier also applies at another provider that uses this provider's list. */
function isSharedTier(tier: string): boolean {
  return tier === 'standard' || tier === 'batch';
}

/** A possible source of a price. */
interface PriceSource {
  readonly source: ModelPrice['source'];
  /** `undefined` if the source does not have the model. */
  readonly model: ListedModel | undefined;
  readonly asOf: string;
  readonly multiplier: string;
  /** Whether it is the provider's own price and not a fallback to another provider's list. */
  readonly isOwn: boolean;
}

/** The sources of a price in order of precedence: own prices, then the newer of list and feed. */
function sourcesOf(
  own: OwnPrices | undefined,
  call: {
    readonly provider: string;
    readonly model: string;
    readonly listedName: string;
    readonly region: string;
    readonly atMs: number;
  },
): readonly PriceSource[] {
  const { provider, model, listedName, region, atMs } = call;
  const day = dayOf(atMs);
  const dated =
    own === undefined ? undefined : ownModel(own, provider, model, '')?.findLast(({ from }) => from <= day);
  const alias = inRegion(region, own?.aliases.get(model.toLowerCase()) ?? listedName);
  const inList = lookUpModel(provider, alias);
  const inFeed = own?.feed?.find(provider, alias);
  const multiplier = own?.multiplierOf(provider) ?? '';
  const custom: PriceSource = {
    source: 'custom',
    model: dated?.model,
    asOf: dated?.from || day,
    multiplier: '',
    isOwn: true,
  };
  const list: PriceSource = {
    source: 'list',
    model: inList?.model,
    asOf: PRICE_LIST_DATE,
    multiplier,
    isOwn: inList?.list.id === provider,
  };
  const feed: PriceSource = {
    source: 'feed',
    model: inFeed?.model,
    asOf: own?.feed?.day ?? '',
    multiplier,
    isOwn: inFeed?.list.id === provider,
  };
  const isFeedNewer = (inFeed?.model.since(atMs) ?? 0) > Date.parse(PRICE_LIST_DATE);
  return isFeedNewer ? [custom, feed, list] : [custom, list, feed];
}

type Head = Pick<ModelPrice, 'provider' | 'model' | 'source' | 'asOf' | 'tier'>;

function describe(
  head: Head,
  model: ListedModel,
  card: RateCard,
  atMs: number,
  multiplier: string,
): ModelPrice {
  const since = model.since(atMs) ?? Number.NEGATIVE_INFINITY;
  return {
    ...head,
    ...(since === Number.NEGATIVE_INFINITY ? {} : { since: new Date(since).toISOString() }),
    isFree: card.isFree,
    units: unitsOf(card),
    longContext: model.bounds(head.tier, atMs).flatMap((above) => {
      const long = model.card(head.tier, atMs, above + 1, multiplier);
      return long === undefined ? [] : [{ above, units: unitsOf(long) }];
    }),
    pictures: Object.fromEntries(
      Array.from(card.pictures ?? [], ([kind, { unitPrice }]) => [kind, unitPrice]),
    ),
  };
}

/** Whether a card has any price. A withdrawn model has an entry without prices from its last day on. */
function hasPrice(card: RateCard): boolean {
  return card.isFree || card.pictures !== undefined || unitsOf(card).length > 0;
}

function unitsOf({ rates }: RateCard): readonly UnitPrice[] {
  return UNIT_NAMES.flatMap((unit) => {
    const rate = rates[unit];
    const { words, per } = PRICED_UNITS[unit];
    return rate ? [{ unit, words, usd: rate.unitPrice, per }] : [];
  });
}
