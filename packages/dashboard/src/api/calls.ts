import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer, RowOf } from './answer.ts';
import { callsPath } from './lists/list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** One inference request. */
export type CallRow = RowOf<'listCalls'>;

/** A span of the trace a call belongs to. */
export type TraceSpan = CallDetail['trace'][number];

/** One line of a call's bill: `quantity` of something at `unitPrice` dollars for `per` of it. */
export type CostLine = CallDetail['arithmetic']['lines'][number];

/** A call with all its details. */
export type CallDetail = Answer<'readCall'>;

const tracePageSize = 1_000;

/** Calls, newest first. The query selects them, e.g. the calls of one user or one service. */
export function callsQuery(query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'calls', query],
    queryFn: ({ pageParam, signal }) => getJson<Answer<'listCalls'>>(callsPath(query, pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

/** The remaining pages of a trace; the first page is part of the call. */
export function traceQuery(traceId: string, firstCursor: string | null) {
  return infiniteQueryOptions({
    queryKey: ['trace', traceId, firstCursor],
    queryFn: ({ pageParam, signal }) =>
      getJson<Answer<'readTrace'>>(
        apiPath(['traces', traceId], { limit: tracePageSize, cursor: pageParam }),
        signal,
      ),
    initialPageParam: firstCursor ?? undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled: false,
  });
}

export function callQuery(traceId: string, spanId: string) {
  return queryOptions({
    queryKey: ['call', traceId, spanId],
    queryFn: ({ signal }) => getJson<CallDetail>(apiPath(['calls', traceId, spanId]), signal),
  });
}
