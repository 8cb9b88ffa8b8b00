import type { PriceOrigin, Rate } from './billing/bill.ts';
import { Bill } from './billing/bill.ts';
import type { PricedCost } from './billing/cost.ts';
import type { BillingRules, RateCard } from './billing/rate-card.ts';
import { millisecondsOf } from './call-time.ts';
import type { ListedModel, Tier } from './list/listed-model.ts';
import type { PriceRequest } from './price-request.ts';
import { asCount } from './usage/read-fields.ts';
import { hasOnly } from './usage/text-usage.ts';
import { countToolCalls } from './usage/tool-calls.ts';
import type { Usage } from './usage/usage.ts';

/** Where the price of a call was found. */
export interface FoundPrice {
  readonly model: ListedModel;
  /** The tier whose prices apply. */
  readonly billedTier: Tier;
  readonly rules: BillingRules;
  readonly origin: PriceOrigin;
}

/** The fields of a usage of text. */
const TEXT: ReadonlySet<string> = new Set<keyof Usage>([
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  'cacheWriteInputTokens',
  'audioInputTokens',
  'reasoningOutputTokens',
  'audioOutputTokens',
]);

interface KnownPrice extends FoundPrice {
  readonly request: Omit<PriceRequest, 'usage' | 'at' | 'output'>;
}

/** Maximum number of remembered prices; an application has a handful. The oldest is replaced. */
const MAX_KNOWN = 8;
const known: KnownPrice[] = [];
let oldest = 0;

/** Remembers where the price of a request was found, if no own prices apply, for later calls with the same model and host. */
export function rememberPrice(request: PriceRequest, found: FoundPrice): void {
  const { provider, model, requestModel, serviceTier, requestServiceTier, batch, baseUrl, usage } = request;
  // An object, such as a `URL`, is mutable. The size of a video changes the name of the model.
  if ((baseUrl !== undefined && typeof baseUrl !== 'string') || usage?.videoSeconds !== undefined) return;
  if (knownPrice(request) !== undefined) return;
  const head = { provider, model, requestModel, serviceTier, requestServiceTier, batch, baseUrl };
  known[oldest] = { ...found, request: head };
  oldest = (oldest + 1) % MAX_KNOWN;
}

/**
 * The cost of a call of text whose model, host and tier had a price before, without lines. `undefined` for every
 * other call, and if anything in it is more than text: then `dollarsOf` prices it unit by unit, which takes several times
 * as long. Never throws.
 */
export function textCost(request: PriceRequest): PricedCost | undefined {
  try {
    const price = knownPrice(request);
    return price === undefined ? undefined : costBy(price, request);
  } catch {
    return undefined;
  }
}

function costBy(
  { model, billedTier, rules, origin }: FoundPrice,
  request: PriceRequest,
): PricedCost | undefined {
  const { usage, at, output } = request;
  if (typeof at !== 'number' || Number.isNaN(millisecondsOf(at))) return undefined;
  if (output !== undefined && countToolCalls(output) !== undefined) return undefined;
  if (!hasOnly(usage, TEXT)) return undefined;
  const inputTokens = countOf((usage as Usage).inputTokens);
  const card = model.card(billedTier, at, inputTokens, '');
  return card === undefined ? undefined : billText(usage as Usage, inputTokens, card, rules)?.cost(origin);
}

function knownPrice(request: PriceRequest): KnownPrice | undefined {
  for (let i = 0; i < known.length; i += 1) {
    const price = known[i] as KnownPrice;
    if (isSame(price.request, request)) return price;
  }
  return undefined;
}

function isSame(a: KnownPrice['request'], b: KnownPrice['request']): boolean {
  return (
    a.model === b.model &&
    a.requestModel === b.requestModel &&
    a.serviceTier === b.serviceTier &&
    a.requestServiceTier === b.requestServiceTier &&
    a.batch === b.batch &&
    a.provider === b.provider &&
    a.baseUrl === b.baseUrl
  );
}

/** Bills text only, by the rules of `billInput` and `billOutput`; `undefined` if one of them says more about the usage. */
function billText(
  usage: Usage,
  input: number,
  { rates }: RateCard,
  { isAudioReported }: BillingRules,
): Bill | undefined {
  const { audioInputTokens: audioInput, audioOutputTokens: audioOutput } = usage;
  if (!rates.input || rates.request || !isNone(audioInput) || !isNone(audioOutput)) return undefined;
  if (isAudioReported && rates.audioInput && audioInput === undefined) return undefined;
  if (isAudioReported && rates.audioOutput && audioOutput === undefined) return undefined;
  const cached = countOf(usage.cachedInputTokens);
  const written = countOf(usage.cacheWriteInputTokens);
  const output = countOf(usage.outputTokens);
  const reasoning = countOf(usage.reasoningOutputTokens);
  // Not the opposite of each comparison, because NaN must fail, too.
  const isWithin = input > 0 && cached <= input && written <= input && reasoning <= output;
  if (!isWithin || (reasoning > 0 && rates.reasoningOutput !== undefined)) return undefined;
  const cachedText = rates.cachedInput === undefined ? 0 : cached;
  const writtenText = rates.cacheWriteInput === undefined ? 0 : written;
  const freshText = input - cachedText - writtenText;
  if (freshText < 0) return undefined;
  const bill = new Bill(false);
  bill.add(freshText, rates.input);
  const isPriced =
    add(bill, cachedText, rates.cachedInput) &&
    add(bill, writtenText, rates.cacheWriteInput) &&
    add(bill, output, rates.output);
  return isPriced ? bill : undefined;
}

function isNone(count: number | undefined): boolean {
  return count === undefined || count === 0;
}

/** An absent count is zero, and one that cannot be billed as a whole number is NaN. */
function countOf(count: number | undefined): number {
  return count === undefined ? 0 : (asCount(count) ?? Number.NaN);
}

/** Adds tokens if there are any. Returns whether they have a price. */
function add(bill: Bill, tokens: number, rate: Rate | null | undefined): boolean {
  if (tokens === 0) return true;
  if (!rate) return false;
  bill.add(tokens, rate);
  return true;
}
