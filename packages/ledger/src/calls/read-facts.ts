import { isFramework, providerOf } from '@userspan/pricing';
import type { Usage } from '@userspan/pricing';
import { DIALECTS } from '../dialects/all.ts';
import type { CallFacts } from '../dialects/dialect.ts';
import { countsItself } from '../reading/counts-itself.ts';
import { providerName, vendorOf } from '../reading/provider-name.ts';
import type { PricedFacts } from '../cost/decide-cost.ts';
import { betterStatedCost } from '../cost/stated-cost.ts';
import type { Attributes, Span } from '../span.ts';

/** The facts of a call, merged from every dialect that its span uses. */
export interface ReadFacts {
  /** Name of the first dialect that recognized the call. */
  readonly dialect: string;
  readonly facts: CallFacts;
  /** The provider's name in the conventions. */
  readonly provider: string | undefined;
  /** The response's model, otherwise the request's. */
  readonly model: string | undefined;
}

/**
 * Reads a span in every dialect that it uses (often two) and merges the facts.
 *
 * The first matching dialect decides whether the span is a call or a wrapper. Every other fact comes from the first
 * dialect that has it, except the cost, which comes from the best source. Usage is taken from a single dialect, because
 * its parts mean different things in each. Counts that are all 0 are ignored: every request uses something, and some
 * clients write 0 for unknown.
 */
export function readFacts(
  attributes: Attributes,
  name: string,
  scope: string | undefined,
): ReadFacts | undefined {
  let dialectName = '';
  let facts: CallFacts | undefined;
  for (const dialect of DIALECTS) {
    const read = dialect.readCall(attributes, name);
    if (read === undefined) continue;
    const next = read.usage === undefined || isUsed(read.usage) ? read : { ...read, usage: undefined };
    if (facts === undefined) dialectName = dialect.name;
    facts = facts === undefined ? next : fillIn(facts, next);
  }
  if (facts === undefined) return undefined;
  if (facts.usage !== undefined) {
    if (isInputAbsent(facts.usage)) facts = { ...facts, usage: { ...facts.usage, ...ABSENT_INPUT } };
    if (countsItself(attributes, scope)) facts = { ...facts, usageEstimated: true };
  }
  const named = facts.responseModel ?? facts.requestModel;
  const provider = providerOfFacts(facts, named);
  return { dialect: dialectName, facts, provider, model: withoutProvider(named, provider) };
}

/** Marks a usage whose input is absent, so that the call is not priced without it. */
const ABSENT_INPUT: Readonly<Record<string, number>> = { absentInputTokens: 1 };

/** Whether only the output was counted, although every request that has output had input. */
function isInputAbsent(usage: Usage): boolean {
  const { inputTokens, outputTokens = 0, unreadableCount } = usage;
  if (outputTokens === 0 || inputTokens !== undefined || unreadableCount !== undefined) return false;
  // Input that is not counted in tokens, such as the characters of speech.
  return (usage.characters ?? usage.seconds ?? usage.pages) === undefined;
}

function isUsed(usage: Usage): boolean {
  for (const field in usage) {
    const count: unknown = usage[field as keyof Usage];
    if (typeof count === 'number' && count > 0) return true;
  }
  return false;
}

function fillIn(first: CallFacts, next: CallFacts): CallFacts {
  const isBetter =
    first.usage === undefined ||
    (first.usage.unreadableCount !== undefined &&
      next.usage !== undefined &&
      next.usage.unreadableCount === undefined);
  const usedIn = isBetter ? next : first;
  return {
    role: first.role,
    operation: first.operation ?? next.operation,
    provider: first.provider ?? next.provider,
    responseModel: first.responseModel ?? next.responseModel,
    requestModel: first.requestModel ?? next.requestModel,
    responseId: first.responseId === undefined ? next.responseId : first.responseId,
    usage: usedIn.usage,
    usageEstimated: usedIn.usageEstimated,
    cost: first.costIsUnknown === true ? undefined : betterStatedCost(first.cost, next.cost),
    costIsUnknown: first.costIsUnknown ?? next.costIsUnknown,
    responseTier: first.responseTier ?? next.responseTier,
    requestTier: first.requestTier ?? next.requestTier,
    baseUrl: first.baseUrl ?? next.baseUrl,
  };
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/** The fields of a call that its price depends on. */
export function requestOf(
  { startTimeUnixNano }: Pick<Span, 'startTimeUnixNano'>,
  { facts, provider, model }: ReadFacts,
): PricedFacts {
  const request: Mutable<PricedFacts> = { startTimeUnixNano, usage: facts.usage ?? {} };
  if (provider !== undefined) request.provider = provider;
  if (model !== undefined) request.model = model;
  if (facts.requestModel !== undefined) request.requestModel = facts.requestModel;
  if (facts.responseTier !== undefined) request.serviceTier = facts.responseTier;
  if (facts.requestTier !== undefined) request.requestServiceTier = facts.requestTier;
  if (facts.baseUrl !== undefined) request.baseUrl = facts.baseUrl;
  return request;
}

/** The provider: by the host, otherwise as named, otherwise the only vendor of the model. */
function providerOfFacts({ baseUrl, provider }: CallFacts, model: string | undefined): string | undefined {
  const host = baseUrl === undefined ? undefined : providerOf(baseUrl);
  if (host !== undefined) return host;
  const isByFramework = provider !== undefined && isFramework(provider.toLowerCase());
  if (provider !== undefined && !isByFramework) return providerName(provider);
  return vendorOf(model, isByFramework);
}

/**
 * Removes the provider from a model name such as LiteLLM's `openai/gpt-4o-mini`. At gateways, which are providers
 * themselves, such a name is the full model name and is kept.
 */
function withoutProvider(model: string | undefined, provider: string | undefined): string | undefined {
  const slash = model?.indexOf('/') ?? -1;
  if (model === undefined || provider === undefined || slash < 1) return model;
  return providerName(model.slice(0, slash)) === provider ? model.slice(slash + 1) : model;
}
