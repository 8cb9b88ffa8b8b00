import { billUsage } from './bill-usage.ts';
import { Bill, REPORTED } from './bill.ts';
import { dayOf, millisecondsOf } from './call-time.ts';
import type { Cost } from './cost.ts';
import { type CustomPrices, customModel, customPrices, providerOfCall } from './custom-prices.ts';
import { PRICE_LIST_DATE } from './generated/price-list.ts';
import type { ListedModel, Tier } from './listed-model.ts';
import { type FoundModel, lookUpModel } from './model-lookup.ts';
import { providerList } from './price-list.ts';
import type { PriceRequest } from './price-request.ts';
import type { PriceOptions } from './price-options.ts';
import { quoted } from './quoted.ts';
import type { RateCard } from './rate-card.ts';
import { rateOf } from './rate.ts';
import { tierOf } from './service-tier.ts';
import { countToolCalls } from './tool-calls.ts';
import { checkUsage, hasUsage } from './usage-check.ts';
import type { Usage } from './usage.ts';

/**
 * What a call cost, exactly, or why it is not known.
 *
 * The user's own price beats what the provider reported, which beats the list; a price is that of the time of the
 * call. Pure: no clock, no network, nothing printed; it never throws, whatever it is given.
 */
export function priceOf(request: PriceRequest, prices?: PriceOptions): Cost {
  try {
    return price(request, prices === undefined ? undefined : customPrices(prices));
  } catch (error) {
    return {
      unpriced:
        error instanceof TypeError && prices !== undefined ? error.message : 'the call cannot be read',
    };
  }
}

function price(request: PriceRequest, custom: CustomPrices | undefined): Cost {
  const atMs = millisecondsOf(request.at);
  if (Number.isNaN(atMs)) return { unpriced: `the time of the call is not known: ${quoted(request.at)}` };
  const provider = providerOfCall(custom, request.provider, request.baseUrl);
  const usage = withToolCalls(request);
  const names = namesOf(request, custom);

  const own = custom === undefined ? undefined : customModel(custom, provider, names);
  if (own !== undefined) {
    const cost = ownCost(own, request, usage, names, provider, atMs);
    if (cost !== undefined) return cost;
  }
  const reported = usage?.providerCostUsd;
  if (typeof reported === 'number' && reported >= 0 && reported !== Number.POSITIVE_INFINITY)
    return reportedCost(reported, atMs);
  return listCost(request, usage, names, provider, atMs, custom);
}

/** The names to look for: what answered, what was asked for, and the models behind them where they are aliases. */
function namesOf(request: PriceRequest, custom: CustomPrices | undefined): string[] {
  const names: string[] = [];
  for (const name of [request.model, request.requestModel]) {
    if (typeof name !== 'string' || name === '') continue;
    const model = custom?.aliases.get(name.toLowerCase());
    if (model !== undefined && model !== name) names.push(model);
    names.push(name);
  }
  return names;
}

/** By the user's price; `undefined` for a call from before it. */
function ownCost(
  own: { readonly model: ListedModel; readonly from: readonly string[] },
  request: PriceRequest,
  usage: Usage | undefined,
  names: readonly string[],
  provider: string,
  atMs: number,
): Cost | undefined {
  const day = dayOf(atMs);
  const from = own.from.findLast((date) => date <= day);
  if (from === undefined) return undefined;
  const asOf = from === '' ? day : from;
  return cardCost(own.model, undefined, request, usage, {
    provider,
    model: names[0] ?? '',
    atMs,
    multiplier: '',
    source: 'custom',
    asOf,
  });
}

function listCost(
  request: PriceRequest,
  usage: Usage | undefined,
  names: readonly string[],
  provider: string,
  atMs: number,
  custom: CustomPrices | undefined,
): Cost {
  if (names.length === 0) return { unpriced: 'the call names no model' };
  if (providerList(provider) === undefined)
    return { unpriced: `no prices for the provider ${quoted(provider)}` };
  const found = findListed(request, provider, custom);
  if (found === undefined) return { unpriced: `${provider} has no price for the model ${quoted(names[0])}` };
  const multiplier = custom?.multiplierOf(provider) ?? '';
  return cardCost(found.model, found, request, usage, {
    provider,
    model: names[0] ?? '',
    atMs,
    multiplier,
    source: 'list',
    asOf: PRICE_LIST_DATE,
  });
}

/** The response's model, or the request's where the response names none or the user has said what stands behind it. */
function findListed(
  request: PriceRequest,
  provider: string,
  custom: CustomPrices | undefined,
): FoundModel | undefined {
  const { model, requestModel } = request;
  const answered = typeof model === 'string' && model !== '' ? model : undefined;
  const asked = typeof requestModel === 'string' && requestModel !== '' ? requestModel : undefined;
  const first = answered ?? asked ?? '';
  const found = lookUpModel(provider, custom?.aliases.get(first.toLowerCase()) ?? first);
  const alias = asked === undefined ? undefined : custom?.aliases.get(asked.toLowerCase());
  return found ?? (alias === undefined ? undefined : lookUpModel(provider, alias));
}

interface Priced {
  readonly provider: string;
  readonly model: string;
  readonly atMs: number;
  readonly multiplier: string;
  readonly source: 'list' | 'custom';
  readonly asOf: string;
}

function cardCost(
  model: ListedModel,
  found: FoundModel | undefined,
  request: PriceRequest,
  usage: Usage | undefined,
  { provider, model: name, atMs, multiplier, source, asOf }: Priced,
): Cost {
  const tier = tierOf(request.serviceTier, request.requestServiceTier, request.batch);
  if (tier === undefined)
    return {
      unpriced: `no price for the service tier ${quoted(request.serviceTier ?? request.requestServiceTier)}`,
    };
  const wrong = checkUsage(usage);
  if (wrong !== undefined) return { unpriced: wrong };
  const card = cardOf(model, found, tier, provider, atMs, usage, multiplier);
  if (card === undefined) return { unpriced: noCard(tier, name, provider, source) };
  if (!card.free && !hasUsage(usage)) return { unpriced: 'the usage of the call is not known' };

  const bill = new Bill();
  const audioAsText = source === 'list' && provider !== 'openai' && provider !== 'azure';
  const fees = found?.list.id === provider ? found.list.fees : undefined;
  const missing = usage === undefined ? undefined : billUsage(bill, usage, card, fees, { audioAsText });
  if (missing !== undefined) return { unpriced: `${name}: ${missing}` };
  return bill.cost(source, asOf, tier === 'standard' ? undefined : tier);
}

function cardOf(
  model: ListedModel,
  found: FoundModel | undefined,
  tier: Tier,
  provider: string,
  atMs: number,
  usage: Usage | undefined,
  multiplier: string,
): RateCard | undefined {
  // Another provider's list has its standard prices in common with this one, not its service tiers.
  const shared =
    found !== undefined && found.list.id !== provider && (tier === 'flex' || tier === 'priority');
  if (shared) return undefined;
  const asStandard = found?.list.standardTiers.includes(tier) === true;
  return model.card(asStandard ? 'standard' : tier, atMs, usage?.inputTokens ?? 0, multiplier);
}

function noCard(tier: Tier, model: string, provider: string, source: 'list' | 'custom'): string {
  if (source === 'list') return `${provider} has no ${tier} price for the model ${quoted(model)}`;
  return `your price for the model ${quoted(model)} has no "${tier}"`;
}

function reportedCost(usd: number, atMs: number): Cost {
  const bill = new Bill();
  bill.add(REPORTED, 1, rateOf(usd, 1));
  return bill.cost('provider', dayOf(atMs), undefined);
}

function withToolCalls(request: PriceRequest): Usage | undefined {
  const counted = request.output === undefined ? undefined : countToolCalls(request.output);
  const usage = request.usage ?? undefined;
  return counted === undefined ? usage : { ...counted, ...usage };
}
