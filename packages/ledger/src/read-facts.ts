import { providerOf } from '@userspan/pricing';
import { CALL_DIALECTS } from './dialects/all.ts';
import type { CallFacts } from './dialects/dialect.ts';
import { providerName, vendorOf } from './dialects/provider-name.ts';
import type { PricedFacts } from './cost-of.ts';
import type { Attributes, Span } from './span.ts';

/** Facts of a span with the name of the dialect that knew it first. */
export interface ReadFacts extends CallFacts {
  readonly dialect: string;
}

/**
 * Reads a span in every dialect it speaks (many speak two) and puts the facts together.
 *
 * The first dialect of the table says whether it is a call or a wrapper; each other fact comes from the first that has
 * it. Usage is taken whole from one dialect, because the parts of one are not the parts of another.
 */
export function readFacts(attributes: Attributes, name: string): ReadFacts | undefined {
  let first: ReadFacts | undefined;
  for (const dialect of CALL_DIALECTS) {
    const facts = dialect.readCall(attributes, name);
    if (facts === undefined) continue;
    first = first === undefined ? { ...facts, dialect: dialect.name } : fillIn(first, facts);
  }
  return first === undefined ? undefined : { ...first, provider: providerOfFacts(first) };
}

function fillIn(first: ReadFacts, next: CallFacts): ReadFacts {
  return {
    dialect: first.dialect,
    role: first.role,
    operation: first.operation ?? next.operation,
    provider: first.provider ?? next.provider,
    responseModel: first.responseModel ?? next.responseModel,
    requestModel: first.requestModel ?? next.requestModel,
    responseId: first.responseId ?? next.responseId,
    usage: first.usage ?? next.usage,
    usageEstimated: first.usage === undefined ? next.usageEstimated : first.usageEstimated,
    costUsd: first.costIsUnknown === true ? undefined : (first.costUsd ?? next.costUsd),
    costIsUnknown: first.costIsUnknown ?? next.costIsUnknown,
    responseTier: first.responseTier ?? next.responseTier,
    requestTier: first.requestTier ?? next.requestTier,
    baseUrl: first.baseUrl ?? next.baseUrl,
  };
}

/** What of a call its price depends on. */
export function requestOf(
  { startTimeUnixNano }: Pick<Span, 'startTimeUnixNano'>,
  facts: CallFacts,
  model: string | undefined,
): PricedFacts {
  const { baseUrl, provider, requestModel, requestTier, responseTier, usage = {} } = facts;
  return {
    startTimeUnixNano,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(requestModel === undefined ? {} : { requestModel }),
    ...(responseTier === undefined ? {} : { serviceTier: responseTier }),
    ...(requestTier === undefined ? {} : { requestServiceTier: requestTier }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    usage,
  };
}

/** The host knows best who answered; where nobody says, a model may be of one vendor only. */
function providerOfFacts({ baseUrl, provider, responseModel, requestModel }: CallFacts): string | undefined {
  const host = baseUrl === undefined ? undefined : providerOf(baseUrl);
  if (host !== undefined) return host;
  return provider === undefined ? vendorOf(responseModel ?? requestModel) : providerName(provider);
}
