import type { PriceOrigin } from './billing/bill.ts';
import { Bill, reportedCost } from './billing/bill.ts';
import { billTools, hasToolTokens } from './billing/bill-tools.ts';
import { billUsage } from './billing/bill-usage.ts';
import type { Cost, PricedCost, UnpricedCost } from './billing/cost.ts';
import type { BillingRules, RateCard } from './billing/rate-card.ts';
import { dayOf, millisecondsOf } from './call-time.ts';
import { PRICE_LIST_DATE } from './generated/price-list.ts';
import type { Tier } from './list/listed-model.ts';
import { type ProviderList, providerList } from './list/price-list.ts';
import { type DatedModel, listedModel } from './names/dated-model.ts';
import { bedrockRegion } from './names/provider-names.ts';
import { isFramework, providerOfNextCall } from './names/provider-of-call.ts';
import { type OwnPrices, ownModel, ownPrices, ownProvider } from './own/own-prices.ts';
import type { PriceOptions } from './price-options.ts';
import type { PriceRequest } from './price-request.ts';
import { quoted } from './quoted.ts';
import { tiersOf, unknownTier } from './service-tier.ts';
import { rememberPrice, textCost } from './text-cost.ts';
import { NOTHING_KNOWN, checkUsage } from './usage/check-usage.ts';
import { CONTAINERS, countToolCalls, UNCOUNTED_PICTURES } from './usage/tool-calls.ts';
import type { Usage } from './usage/usage.ts';

/** Video sizes that the standard price of a model covers. */
const PLAIN_SIZES: ReadonlySet<string> = new Set(['720x1280', '1280x720']);
/** Video sizes that have a separate name in the list. */
const HIGH_SIZES: ReadonlySet<string> = new Set(['1024x1792', '1792x1024']);

/**
 * The exact cost of a call, or why it is unknown.
 *
 * The user's own price takes precedence, then the cost that the provider reported, then the list price at the time of
 * the call. A cost that a sender computed ranks between the last two. This function does not know it; the ledger
 * combines them with {@link ownPriceOf} and {@link listPriceOf}. Pure: uses no clock, network or console, and never
 * throws.
 */
export function priceOf(request: PriceRequest, prices?: PriceOptions): Cost {
  return guarded(request, prices, true, costOfAny);
}

/**
 * As `priceOf`, without lines and the exact decimal. For instrumentations, which record only dollars and run in every
 * call of an application.
 */
export function dollarsOf(request: PriceRequest, prices?: PriceOptions): CostInDollars | UnpricedCost {
  const known = prices === undefined ? textCost(request) : undefined;
  return known ?? guarded(request, prices, false, costOfAny);
}

/** The part of a `PricedCost` that a span records. */
export type CostInDollars = Pick<PricedCost, 'usd' | 'source' | 'asOf'>;

function costOfAny(call: ReadCall, own: OwnPrices | undefined): Cost {
  return (own === undefined ? undefined : ownCost(call, own)) ?? reported(call) ?? listCost(call, own);
}

/** The cost of a call by the user's own prices; `undefined` if none applies. Never throws. */
export function ownPriceOf(request: PriceRequest, prices: PriceOptions): Cost | undefined {
  return guarded<Cost | undefined>(request, prices, true, ownCost);
}

/**
 * The cost of a call by the list, ignoring reported costs. Of `prices`, only aliases, hosts and multipliers are used.
 * Never throws.
 */
export function listPriceOf(request: PriceRequest, prices?: PriceOptions): Cost {
  return guarded(request, prices, true, listCost);
}

function guarded<Result extends Cost | undefined>(
  request: PriceRequest,
  prices: PriceOptions | undefined,
  isItemized: boolean,
  price: (call: ReadCall, own: OwnPrices | undefined) => Result,
): Result | Cost {
  try {
    const own = prices === undefined ? undefined : ownPrices(prices);
    return price(readCall(request, own, isItemized), own);
  } catch (error) {
    if (error instanceof UnreadableCall) return { unpriced: error.message };
    const isOurs = prices !== undefined && error instanceof TypeError && error.message.startsWith('prices: ');
    return { unpriced: isOurs ? error.message : 'the call cannot be read' };
  }
}

/** Thrown for a call that cannot be priced by any prices. */
class UnreadableCall extends Error {}

/** The fields of a request that its price depends on, read once. */
interface ReadCall {
  readonly request: PriceRequest;
  /** Whether the cost should have lines. */
  readonly isItemized: boolean;
  readonly atMs: number;
  readonly usage: Usage | undefined;
  /** Id of the provider's list. */
  readonly provider: string;
  /** The response's model, otherwise the request's, by its name in that list. */
  readonly model: string;
  readonly responseModel: string;
  readonly requestModel: string;
  /** The Bedrock region that was called; `''` if unknown. */
  readonly region: string;
}

function readCall(request: PriceRequest, own: OwnPrices | undefined, isItemized: boolean): ReadCall {
  const atMs = millisecondsOf(request.at);
  if (Number.isNaN(atMs))
    throw new UnreadableCall(`the time of the call is not known: ${quoted(request.at)}`);
  const responseModel = text(request.model);
  const requestModel = text(request.requestModel);
  const model = responseModel || requestModel;
  const ownName = ownProvider(own, request.provider, request.baseUrl);
  const priced =
    ownName === undefined
      ? providerOfNextCall(text(request.provider), request.baseUrl, model, requestModel)
      : { provider: ownName, model };
  return {
    request,
    isItemized,
    atMs,
    usage: usageOf(request),
    provider: priced.provider,
    model: priced.model,
    responseModel,
    requestModel,
    region: priced.provider === 'aws' ? bedrockRegion(request.baseUrl) : '',
  };
}

/** The call's usage, with the tool calls of its output if the usage does not count them. */
function usageOf({ usage, output }: PriceRequest): Usage | undefined {
  const own = usage ?? undefined;
  const counted = output === undefined ? undefined : countToolCalls(output);
  if (counted === undefined) return own;
  const { [CONTAINERS]: containers, [UNCOUNTED_PICTURES]: pictures, ...calls } = counted;
  const isKnown = containers === undefined || own?.codeInterpreterSessions !== undefined;
  const arePicturesKnown = pictures === undefined || own?.imageToolOutputTokens !== undefined;
  return {
    ...calls,
    ...(isKnown ? {} : { [CONTAINERS]: containers }),
    ...(arePicturesKnown ? {} : { [UNCOUNTED_PICTURES]: pictures }),
    ...own,
  };
}

function reported({ usage, atMs }: ReadCall): PricedCost | undefined {
  const usd = usage?.providerCostUsd;
  const isAmount = typeof usd === 'number' && usd >= 0 && usd < Number.POSITIVE_INFINITY;
  return isAmount ? reportedCost(usd, dayOf(atMs)) : undefined;
}

/** The cost by the user's own price; `undefined` if there is none at that time. */
function ownCost(call: ReadCall, own: OwnPrices | undefined): Cost | undefined {
  if (own === undefined) return undefined;
  const { atMs, model } = call;
  const found =
    ownModel(own, call.provider, call.responseModel, call.requestModel) ??
    ownModel(own, call.provider, model, '');
  if (found === undefined) return undefined;
  const day = dayOf(atMs);
  const dated = found.findLast(({ from }) => from <= day);
  if (dated === undefined) return undefined;
  const tiers = tiersOf(call.request);
  if (tiers === undefined) return unknownTier(call.request);
  const inputTokens = call.usage?.inputTokens ?? 0;
  for (const tier of tiers) {
    const card = dated.model.card(tier, atMs, inputTokens, '');
    if (card === undefined) continue;
    return bill(call, own, card, isOpenAI(call.provider) ? OPENAI_RULES : OWN_RULES, {
      source: 'custom',
      asOf: dated.from || day,
      tier,
      multiplier: '',
    });
  }
  return { unpriced: `your price for the model ${quoted(model)} has no "${tiers.join('" or "')}"` };
}

function listCost(call: ReadCall, own: OwnPrices | undefined): Cost {
  const { provider } = call;
  if (call.model === '') return { unpriced: 'the call names no model' };
  const model = modelBySize(call.model, call.usage);
  const tiers = tiersOf(call.request);
  const found = listedModel(own, model === call.model ? call : { ...call, model });
  if (found.length === 0) return { unpriced: whyUnlisted(call, model) };
  if (tiers === undefined) return unknownTier(call.request);
  const multiplier = own?.multiplierOf(provider) ?? '';
  let unpriced: UnpricedCost | undefined;
  for (let i = 0; i < found.length; i += 1) {
    const listed = found[i] as DatedModel;
    // A feed prices models that the list lacks. An older list must not replace a newer feed that has no price.
    if (unpriced !== undefined && !listed.isFeed) break;
    const cost = costInList(call, own, listed, tiers, multiplier);
    if (cost === undefined) continue;
    if (!('unpriced' in cost)) return cost;
    unpriced ??= retirement(call, listed, model) ?? cost;
  }
  if (unpriced !== undefined) return unpriced;
  return { unpriced: `${provider} has no ${tiers.at(-1) ?? ''} price for the model ${quoted(model)}` };
}

/** The cost by the first of the tiers that the model has in one list; `undefined` if it has none of them at that time. */
function costInList(
  call: ReadCall,
  own: OwnPrices | undefined,
  { list, model, asOf }: DatedModel,
  tiers: readonly Tier[],
  multiplier: string,
): Cost | undefined {
  const isOwnList = list.id === call.provider;
  const inputTokens = call.usage?.inputTokens ?? 0;
  for (let i = 0; i < tiers.length; i += 1) {
    const tier = tiers[i] as Tier;
    // A fallback list provides standard and batch prices only, not other tiers and fees.
    if (!isOwnList && tier !== 'standard' && tier !== 'batch') continue;
    const billed = list.standardTiers.includes(tier) ? 'standard' : tier;
    const card = model.card(billed, call.atMs, inputTokens, multiplier);
    if (card === undefined) continue;
    const rules = isOwnList ? rulesOf(list) : isOpenAI(list.id) ? OPENAI_RULES : OWN_RULES;
    const origin = listOrigin(asOf, tier, multiplier);
    // A later tier applies only where the first has no price.
    if (own === undefined && i === 0 && !call.isItemized) {
      rememberPrice(call.request, { model, billedTier: billed, rules, origin });
    }
    return bill(call, own, card, rules, origin);
  }
  return undefined;
}

const STANDARD_ORIGIN: PriceOrigin = {
  source: 'list',
  asOf: PRICE_LIST_DATE,
  tier: 'standard',
  multiplier: '',
};

/** The origin of a listed price. Cached, because it is nearly always the same. */
function listOrigin(asOf: string, tier: Tier, multiplier: string): PriceOrigin {
  return tier === 'standard' && multiplier === '' && asOf === PRICE_LIST_DATE
    ? STANDARD_ORIGIN
    : { source: 'list', asOf, tier, multiplier };
}

/** Why no list has a price for a model. */
function whyUnlisted({ provider, usage, region }: ReadCall, model: string): string {
  // Without usage, a price would not help.
  if (isNothingKnown(usage)) return NOTHING_KNOWN;
  if (isFramework(provider)) {
    return `no price for the model ${quoted(model)}: ${quoted(provider)} is a framework and does not say which provider answered`;
  }
  return providerList(provider) === undefined
    ? `no prices for the provider ${quoted(provider)}`
    : `${provider} has no price for the model ${quoted(model)}${region === '' ? '' : ` in ${region}`}`;
}

/** The reason for a model that the vendor has withdrawn; `undefined` if that is not why it has no price. */
function retirement(
  { provider, usage, atMs }: ReadCall,
  listed: DatedModel,
  model: string,
): UnpricedCost | undefined {
  const sinceMs = isNothingKnown(usage) ? undefined : listed.model.retiredSince(atMs);
  if (sinceMs === undefined) return undefined;
  const since = new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ');
  return {
    unpriced: `${provider} retired the name ${quoted(model)} on ${since} UTC and has had no price for it since then`,
  };
}

function isNothingKnown(usage: Usage | undefined): boolean {
  return usage === undefined || checkUsage(usage, new Bill(false)) === NOTHING_KNOWN;
}

/** The rules without a provider's fees: for the user's own prices, and for those of another provider's list. */
const OWN_RULES: BillingRules = {
  fees: undefined,
  audioAsText: false,
  videoAsText: true,
  isAudioReported: false,
};
/** The same for models of OpenAI. */
const OPENAI_RULES: BillingRules = { ...OWN_RULES, isAudioReported: true };
const rulesOfLists = new WeakMap<ProviderList, BillingRules>();

function rulesOf(list: ProviderList): BillingRules {
  let rules = rulesOfLists.get(list);
  if (rules === undefined) {
    const isSplit = isOpenAI(list.id);
    rules = { fees: list.fees, audioAsText: !isSplit, videoAsText: !isSplit, isAudioReported: isSplit };
    rulesOfLists.set(list, rules);
  }
  return rules;
}

function isOpenAI(provider: string): boolean {
  return provider === 'openai' || provider === 'azure';
}

/** Bills a call by a card. Returns its cost, its priced part, or the reason why there is no price. */
function bill(
  call: ReadCall,
  own: OwnPrices | undefined,
  card: RateCard,
  rules: BillingRules,
  origin: PriceOrigin,
): Cost {
  const { usage, model } = call;
  const each = new Bill(call.isItemized);
  const fault = usage === undefined ? NOTHING_KNOWN : checkUsage(usage, each);
  if (fault !== undefined && fault !== NOTHING_KNOWN) return { unpriced: fault };
  if (card.isFree && each.missing.length === 0) return each.cost(origin);
  if (usage === undefined || fault !== undefined) return { unpriced: NOTHING_KNOWN };
  const reason = billUsage(each, usage, card, rules);
  if (reason !== undefined) return { unpriced: `${model}: ${reason}` };
  if (hasToolTokens(usage)) billToolsOf(call, own, usage, each);
  if (each.missing.length === 0) return each.cost(origin);
  const units = each.missingWords;
  if (each.isEmpty) return { unpriced: `${model}: no price for ${units}` };
  return {
    unpriced: `${model}: partly unpriced: ${units}`,
    unpricedUnits: each.missing,
    pricedPart: each.cost(origin),
  };
}

function billToolsOf(call: ReadCall, own: OwnPrices | undefined, usage: Usage, each: Bill): void {
  billTools(each, usage, (tool, inputTokens) => toolCard(call, own, tool, inputTokens));
}

/**
 * The standard price of a tool's model at the time of the call: the user's own, otherwise that of the provider's list.
 */
function toolCard(
  call: ReadCall,
  own: OwnPrices | undefined,
  tool: string,
  inputTokens: number,
): RateCard | undefined {
  const standard: Tier = 'standard';
  const day = dayOf(call.atMs);
  const ownPrice =
    own === undefined
      ? undefined
      : ownModel(own, call.provider, tool, '')?.findLast(({ from }) => from <= day);
  if (ownPrice !== undefined) return ownPrice.model.card(standard, call.atMs, inputTokens, '');
  const [found] = listedModel(own, { ...call, model: tool, requestModel: '' });
  return found?.model.card(standard, call.atMs, inputTokens, own?.multiplierOf(call.provider) ?? '');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * The name of a model in the list for the size of its video. `sora-2-pro` is also listed as `sora-2-pro-high-res` with
 * a higher price per second. For an unknown size the result is a name that no list has, so that the call is unpriced.
 */
function modelBySize(model: string, usage: Usage | undefined): string {
  const size = usage?.videoSeconds === undefined ? undefined : usage.imageSize;
  if (size === undefined || PLAIN_SIZES.has(size)) return model;
  return HIGH_SIZES.has(size) ? `${model}-high-res` : `${model} at ${size}`;
}
