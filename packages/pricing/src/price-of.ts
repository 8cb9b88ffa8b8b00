import { Bill } from './bill.ts';
import { billUsage } from './bill-usage.ts';
import type { Cost } from './cost.ts';
import { PRICE_LIST_DATE } from './generated/price-list.ts';
import { lookUpModel } from './model-lookup.ts';
import { providerList } from './price-list.ts';
import { rateOf } from './rate.ts';
import type { PriceRequest } from './price-request.ts';
import { listedProvider, listedProviderOfUrl } from './provider.ts';
import { tierOf } from './service-tier.ts';
import { toolCallsOf } from './tool-calls.ts';
import { checkUsage } from './usage-check.ts';

const STRICT_AUDIO = { audioAsText: false };
const AUDIO_AS_TEXT = { audioAsText: true };

/**
 * What a call cost, exactly, or why it is not known. Pure: no clock, no network, nothing printed, never throws.
 *
 * The user's own price beats what the provider reported, which beats the list; the list's price is that of the time
 * of the call.
 */
export function priceOf(request: PriceRequest): Cost {
  try {
    return price(request);
  } catch {
    return { unpriced: 'the call cannot be read' };
  }
}

function price(request: PriceRequest): Cost {
  const provider = listedProviderOfUrl(request.baseUrl) ?? listedProvider(String(request.provider ?? ''));
  const model = request.model || request.requestModel;
  const atMs = millisecondsOf(request.at);
  if (Number.isNaN(atMs)) return { unpriced: 'the time of the call is not a date' };

  const reported = request.usage?.providerCostUsd;
  if (typeof reported === 'number' && Number.isFinite(reported) && reported >= 0) return reportedCost(reported, atMs);

  if (typeof model !== 'string' || model === '') return { unpriced: 'the call names no model' };
  const list = providerList(provider);
  if (list === undefined) return { unpriced: `no prices for the provider ${quoted(provider)}` };
  const listed = lookUpModel(provider, model);
  if (listed === undefined) return { unpriced: `${provider} has no price for the model ${quoted(model)}` };

  const tier = tierOf(request.serviceTier, request.requestServiceTier, request.batch);
  if (tier === undefined) {
    return { unpriced: `no price for the service tier ${quoted(String(request.serviceTier || request.requestServiceTier))}` };
  }
  const usage = withToolCalls(request);
  const wrong = checkUsage(usage);
  if (wrong !== undefined) return { unpriced: wrong };
  const card = listed.card(tier, atMs, usage?.inputTokens ?? 0, '');
  if (card === undefined) return { unpriced: `${provider} has no ${tier} price for ${quoted(model)} at that time` };
  if (!card.free && (usage === undefined || isEmpty(usage))) return { unpriced: 'the usage of the call is not known' };

  const bill = new Bill();
  const rules = provider === 'openai' || provider === 'azure' ? STRICT_AUDIO : AUDIO_AS_TEXT;
  const missing = usage === undefined ? undefined : billUsage(bill, usage, card, list.fees, rules);
  if (missing !== undefined) return { unpriced: `${quoted(model)}: ${missing}` };
  const { usd, exact } = bill.total();
  const cost = { usd, exact, lines: bill.lines, source: 'list' as const, asOf: PRICE_LIST_DATE };
  return tier === 'standard' ? cost : { ...cost, tier };
}

function reportedCost(usd: number, atMs: number): Cost {
  const bill = new Bill();
  bill.add('reported by the provider', 1, rateOf(usd, 1));
  return { ...bill.total(), lines: bill.lines, source: 'provider', asOf: dayOf(atMs) };
}

function withToolCalls(request: PriceRequest): PriceRequest['usage'] {
  const counted = toolCallsOf(request.output);
  return counted === undefined ? request.usage : { ...counted, ...request.usage };
}

function isEmpty(usage: object): boolean {
  for (const field in usage) if (usage[field as keyof typeof usage] !== undefined) return false;
  return true;
}

function millisecondsOf(at: unknown): number {
  if (typeof at === 'number') return at;
  if (at instanceof Date) return at.getTime();
  return typeof at === 'string' ? Date.parse(at) : Number.NaN;
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

const MAX_QUOTED = 120;

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}
