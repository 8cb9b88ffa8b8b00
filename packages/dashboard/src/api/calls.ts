import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Page } from './figures.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** One inference request. */
export interface CallRow {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly userId: string | null;
  readonly userClaimed: boolean;
  /** How the user was found: said on the call, on a span above it, or the only user of its trace. */
  readonly attributedBy: 'own' | 'ancestor' | 'resource' | 'trace' | null;
  readonly at: string;
  readonly durationMs: number;
  readonly provider: string | null;
  readonly model: string | null;
  readonly requestModel: string | null;
  readonly operation: string | null;
  readonly service: string | null;
  readonly name: string | null;
  readonly threadId: string | null;
  readonly tags: readonly string[];
  readonly responseId: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly cost: number | null;
  readonly costExact: string | null;
  /** What it cost by the prices of the day it arrived. */
  readonly costAtCall: string | null;
  readonly costSource: 'list' | 'custom' | 'provider' | 'computed' | 'unbilled' | null;
  readonly costAsOf: string | null;
  /** Why it has no price. */
  readonly unpriced: string | null;
  readonly error: string | null;
  readonly estimated: boolean;
}

/** A span of the trace a call belongs to. */
export interface TraceSpan {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly service: string | null;
  readonly scope: string | null;
  readonly at: string;
  readonly durationMs: number;
  readonly status: { readonly code: string | number; readonly message?: string | null } | null;
  readonly userId: string | null;
  readonly kindOfSpan: 'call' | 'run' | 'other';
  readonly operation: string | null;
  readonly cost: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One line of a call's bill: `quantity` of something at `unitPrice` dollars for `per` of it. */
export interface CostLine {
  readonly item: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly per: number;
  /** US dollars of this line, the nearest double. */
  readonly usd: number;
}

/** A call with everything that is known of it. */
export interface CallDetail extends CallRow {
  readonly usage: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly unknown[];
  readonly arithmetic: {
    /** Empty where the figure came with the span. */
    readonly lines: readonly CostLine[];
    readonly tier: string | null;
    /** What else there is to say. */
    readonly note: string | null;
  };
  readonly trace: readonly TraceSpan[];
}

export const callsPageSize = 100;

/** Calls, newest first: of everybody, of a user, of a service; the query says which. */
export function callsQuery(query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'calls', query],
    queryFn: ({ pageParam, signal }) =>
      getJson<Page<CallRow>>(
        apiPath(['calls'], { ...query, limit: callsPageSize, cursor: pageParam }),
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function callQuery(traceId: string, spanId: string) {
  return queryOptions({
    queryKey: ['call', traceId, spanId],
    queryFn: ({ signal }) => getJson<CallDetail>(apiPath(['calls', traceId, spanId]), signal),
  });
}
