import { DIALECTS } from './dialects/all.ts';
import type { CallFacts } from './dialects/dialect.ts';
import type { Attributes } from './span.ts';

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
  for (const dialect of DIALECTS) {
    const facts = dialect.readCall(attributes, name);
    if (facts === undefined) continue;
    first = first === undefined ? { ...facts, dialect: dialect.name } : fillIn(first, facts);
  }
  return first;
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
    costUsd: first.costUsd ?? next.costUsd,
    responseTier: first.responseTier ?? next.responseTier,
    requestTier: first.requestTier ?? next.requestTier,
    baseUrl: first.baseUrl ?? next.baseUrl,
  };
}
