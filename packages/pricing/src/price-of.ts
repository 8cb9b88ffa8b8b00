import { Bill, reportedCost } from './bill.ts';
import { type BillingRules, billUsage } from './bill-usage.ts';
import type { Cost, UnpricedCost } from './cost.ts';
import { type OwnPrices, ownModel, ownPrices, ownProvider } from './own-prices.ts';
import { PRICE_LIST_DATE } from './generated/price-list.ts';
import { type FoundModel, listedProvider, listedProviderOfUrl, lookUpModel } from './model-lookup.ts';
import { countToolCalls } from './normalize-usage.ts';
import { type ListedModel, type ProviderList, type Tier, providerList } from './price-list.ts';
import type { PriceOptions } from './price-options.ts';
import type { PriceRequest } from './price-request.ts';
import type { Usage } from './usage.ts';

/**
 * What a call cost, exactly, or why it is not known.
 *
 * The user's own price beats what the provider reported, which beats the list; a price is that of the time of the
 * call. Pure: no clock, no network, nothing printed; it never throws, whatever it is given.
 */
export function priceOf(request: PriceRequest, prices?: PriceOptions): Cost {
  try {
    return price(request, prices === undefined ? undefined : ownPrices(prices));
  } catch (error) {
    const isOurs = prices !== undefined && error instanceof TypeError && error.message.startsWith('prices: ');
    return { unpriced: isOurs ? error.message : 'the call cannot be read' };
  }
}

/** A call that was priced once, with what that needed. */
export interface PricedCall<AtCall> extends PriceRequest {
  readonly cost: AtCall;
  /** What the call cost when it was made, from an earlier repricing. */
  readonly costAtCall?: AtCall | undefined;
}

/** The cost by today's prices, beside the cost at the time of the call. */
export interface Repriced<AtCall> {
  readonly cost: Cost | AtCall;
  readonly costAtCall: AtCall;
}

/**
 * Prices a call again, after a price was added or mended. The cost at the time of the call is kept, also through a
 * second repricing. A cost that the provider reported gives way to the user's own price only; a call that has no price
 * any more keeps the cost it had.
 */
export function reprice<AtCall extends { readonly source?: string } | { readonly unpriced: string }>(
  call: PricedCall<AtCall>,
  prices?: PriceOptions,
): Repriced<AtCall> {
  const costAtCall = call.costAtCall ?? call.cost;
  const cost = priceOf(call, prices);
  const wasPriced = !('unpriced' in call.cost);
  const wasReported = 'source' in call.cost && call.cost.source === 'provider';
  const keepsCost = 'unpriced' in cost ? wasPriced : wasReported && cost.source === 'list';
  return { cost: keepsCost ? call.cost : cost, costAtCall };
}

function price(request: PriceRequest, own: OwnPrices | undefined): Cost {
  const atMs = millisecondsOf(request.at);
  if (Number.isNaN(atMs)) return { unpriced: `the time of the call is not known: ${quoted(request.at)}` };
  const usage = usageOf(request);
  const provider =
    ownProvider(own, request.provider, request.baseUrl) ??
    listedProviderOfUrl(request.baseUrl) ??
    listedProvider(text(request.provider));
  const model = text(request.model) || text(request.requestModel);

  if (own !== undefined) {
    const cost = ownCost(own, request, usage, provider, model, atMs);
    if (cost !== undefined) return cost;
  }
  const reported = usage?.providerCostUsd;
  if (typeof reported === 'number' && reported >= 0 && reported < Number.POSITIVE_INFINITY) {
    return reportedCost(reported, dayOf(atMs));
  }
  return listCost(own, request, usage, provider, model, atMs);
}

/** By the user's own price; `undefined` where there is none, or none yet at that time. */
function ownCost(
  own: OwnPrices,
  request: PriceRequest,
  usage: Usage | undefined,
  provider: string,
  model: string,
  atMs: number,
): Cost | undefined {
  const found = ownModel(own, provider, text(request.model), text(request.requestModel));
  if (found === undefined) return undefined;
  const day = dayOf(atMs);
  const dated = found.findLast(({ from }) => from <= day);
  if (dated === undefined) return undefined;
  const tier = tierOf(request);
  if (tier === undefined) return unknownTier(request);
  const bill = billOf(dated.model, model, usage, tier, atMs, '', OWN_RULES);
  if (bill === undefined) return { unpriced: `your price for the model ${quoted(model)} has no "${tier}"` };
  return 'unpriced' in bill ? bill : bill.cost('custom', dated.from || day, tier);
}

function listCost(
  own: OwnPrices | undefined,
  request: PriceRequest,
  usage: Usage | undefined,
  provider: string,
  model: string,
  atMs: number,
): Cost {
  if (model === '') return { unpriced: 'the call names no model' };
  const found = listedModel(own, provider, model, text(request.requestModel));
  if (found === undefined) {
    if (providerList(provider) === undefined)
      return { unpriced: `no prices for the provider ${quoted(provider)}` };
    return { unpriced: `${provider} has no price for the model ${quoted(model)}` };
  }
  const tier = tierOf(request);
  if (tier === undefined) return unknownTier(request);
  const { list } = found;
  const multiplier = own?.multiplierOf(provider) ?? '';
  // Where a list falls back to another, they have standard prices in common, not tiers and fees.
  const isOwnList = list.id === provider;
  const isListed = isOwnList || tier === 'standard' || tier === 'batch';
  const billed = list.standardTiers.includes(tier) ? 'standard' : tier;
  const rules = isOwnList ? rulesOf(list) : FOREIGN_RULES;
  const bill = isListed ? billOf(found.model, model, usage, billed, atMs, multiplier, rules) : undefined;
  if (bill === undefined)
    return { unpriced: `${provider} has no ${tier} price for the model ${quoted(model)}` };
  return 'unpriced' in bill ? bill : bill.cost('list', PRICE_LIST_DATE, tier, multiplier);
}

const OWN_RULES: BillingRules = { fees: undefined, audioAsText: false };
const FOREIGN_RULES: BillingRules = OWN_RULES;
const rulesOfLists = new WeakMap<ProviderList, BillingRules>();

function rulesOf(list: ProviderList): BillingRules {
  let rules = rulesOfLists.get(list);
  if (rules === undefined) {
    rules = { fees: list.fees, audioAsText: list.id !== 'openai' && list.id !== 'azure' };
    rulesOfLists.set(list, rules);
  }
  return rules;
}

/** The response's model, or what the user says stands behind the name; then what stands behind the request's name. */
function listedModel(
  own: OwnPrices | undefined,
  provider: string,
  model: string,
  asked: string,
): FoundModel | undefined {
  if (own === undefined || own.aliases.size === 0) return lookUpModel(provider, model);
  const alias = own.aliases.get(asked.toLowerCase());
  const found = lookUpModel(provider, own.aliases.get(model.toLowerCase()) ?? model);
  return found ?? (alias === undefined ? undefined : lookUpModel(provider, alias));
}

/** The bill, the reason why there is none, or `undefined` where the model has no prices in that tier at that time. */
function billOf(
  listed: ListedModel,
  model: string,
  usage: Usage | undefined,
  tier: Tier,
  atMs: number,
  multiplier: string,
  rules: BillingRules,
): Bill | UnpricedCost | undefined {
  const checked = usage === undefined ? NOTHING_KNOWN : checkUsage(usage);
  if (checked !== undefined && checked !== NOTHING_KNOWN) return { unpriced: checked };
  const card = listed.card(tier, atMs, usage?.inputTokens ?? 0, multiplier);
  if (card === undefined) return undefined;
  const bill = new Bill();
  if (card.isFree) return bill;
  if (usage === undefined || checked === NOTHING_KNOWN) return { unpriced: NOTHING_KNOWN };
  const missing = billUsage(bill, usage, card, rules);
  return missing === undefined ? bill : { unpriced: `${model}: ${missing}` };
}

const NOTHING_KNOWN = 'the usage of the call is not known';

/** Fields of a usage, and whether each is a count that is billed. Whatever else is counted has no price. */
const FIELDS: Readonly<Record<keyof Usage | 'totalTokens', boolean>> = {
  inputTokens: true,
  outputTokens: true,
  cachedInputTokens: true,
  cacheWriteInputTokens: true,
  cacheWrite1hInputTokens: true,
  audioInputTokens: true,
  cachedAudioInputTokens: true,
  imageInputTokens: true,
  cachedImageInputTokens: true,
  videoInputTokens: true,
  reasoningOutputTokens: true,
  audioOutputTokens: true,
  imageOutputTokens: true,
  videoOutputTokens: true,
  citationOutputTokens: true,
  characters: true,
  seconds: true,
  images: true,
  pages: true,
  webSearchCalls: true,
  fileSearchCalls: true,
  codeInterpreterSessions: true,
  imageSize: false,
  imageQuality: false,
  providerCostUsd: false,
  totalTokens: false,
};
const BILLED: ReadonlyMap<string, boolean> = new Map(Object.entries(FIELDS));

/** What is wrong with a usage, or `undefined`: every count is a finite number from 0 up, of a known unit. */
function checkUsage(usage: Usage): string | undefined {
  let known = 0;
  for (const field in usage) {
    const value: unknown = usage[field as keyof Usage];
    const isBilled = BILLED.get(field);
    if (value === undefined || isBilled === false) continue;
    if (isBilled === undefined) {
      if (typeof value === 'number' && value !== 0) return `no price for the unit ${quoted(field)}`;
      continue;
    }
    if (typeof value !== 'number' || !(value >= 0 && value < Number.POSITIVE_INFINITY))
      return `usage.${field} is not a count`;
    known += 1;
  }
  return known === 0 ? NOTHING_KNOWN : undefined;
}

/** The call's usage, with the tool calls of its output where the usage does not count them. */
function usageOf({ usage, output }: PriceRequest): Usage | undefined {
  const own = usage ?? undefined;
  const counted = output === undefined ? undefined : countToolCalls(output);
  return counted === undefined ? own : { ...counted, ...own };
}

const TIERS: Readonly<Record<string, Tier>> = {
  auto: 'standard',
  default: 'standard',
  standard: 'standard',
  standard_only: 'standard',
  on_demand: 'standard',
  batch: 'batch',
  flex: 'flex',
  priority: 'priority',
  fast: 'priority',
};

/** The response's tier, only without one the request's; `undefined` for a name that nobody has a price for. */
function tierOf({ serviceTier, requestServiceTier, batch }: PriceRequest): Tier | undefined {
  if (batch === true) return 'batch';
  const name = text(serviceTier) || text(requestServiceTier);
  if (name === '') return 'standard';
  const lower = name.toLowerCase();
  return Object.hasOwn(TIERS, lower) ? TIERS[lower] : undefined;
}

function unknownTier({ serviceTier, requestServiceTier }: PriceRequest): UnpricedCost {
  return { unpriced: `no price for the service tier ${quoted(text(serviceTier) || requestServiceTier)}` };
}

const MAX_MS = 8.64e15;

/** Milliseconds since the Unix epoch of a Date, a number of them or an ISO 8601 text; NaN for anything else. */
function millisecondsOf(at: unknown): number {
  if (typeof at === 'number') return Math.abs(at) <= MAX_MS ? at : Number.NaN;
  if (at instanceof Date) return at.getTime();
  return typeof at === 'string' ? Date.parse(at) : Number.NaN;
}

const DAY_MS = 86_400_000;
let lastDay = Number.NaN;
let lastDayText = '';

/** `YYYY-MM-DD` in UTC. One call comes on the same day as the one before it. */
function dayOf(atMs: number): string {
  const day = Math.floor(atMs / DAY_MS);
  if (day !== lastDay) {
    lastDayText = new Date(atMs).toISOString().slice(0, -14);
    lastDay = day;
  }
  return lastDayText;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const MAX_QUOTED = 100;

/** A value in quotes for a reason that a person reads: bounded, and well-formed whatever it was. */
function quoted(value: unknown): string {
  if (typeof value !== 'string')
    return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
  return JSON.stringify(value.length > MAX_QUOTED ? `${value.slice(0, MAX_QUOTED)}…` : value);
}
