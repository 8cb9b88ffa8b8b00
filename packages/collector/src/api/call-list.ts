import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { callJsonOf } from '../storage/read/calls/call-json.ts';
import type { CallJson } from '../storage/read/calls/call-json.ts';
import { callPosition } from '../storage/read/calls/calls-query.ts';
import type { CallsQuery } from '../storage/read/calls/calls-query.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { pageOf, sendList } from './response/list-reply.ts';
import { showExactRange } from '../storage/read/query/range.ts';
import { readCallFilter } from './request/read-filters.ts';
import { readExactRange } from './request/read-range.ts';
import { RANGE_QUERY, FILTER_QUERY, LIST_QUERY } from './request/query-shapes.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';

export const CALLS_QUERY = Type.Object({
  ...RANGE_QUERY,
  ...FILTER_QUERY,
  ...LIST_QUERY,
  thread: Type.Optional(Type.String({ maxLength: 1024 })),
  errors: Type.Optional(Type.Boolean({ description: 'true: only failed calls; false: only the others.' })),
  unpriced: Type.Optional(
    Type.Boolean({ description: 'true: only calls without a price; false: only the others.' }),
  ),
});

/** The parameters of a request for calls. */
export type CallsRequest = Static<typeof CALLS_QUERY>;

const COLUMNS: readonly (keyof CallJson)[] = [
  'at',
  'misdated',
  'traceId',
  'spanId',
  'userId',
  'attributedBy',
  'userClaimed',
  'provider',
  'model',
  'operation',
  'service',
  'threadId',
  'tags',
  'durationMs',
  'inputTokens',
  'outputTokens',
  'cachedTokens',
  'reasoningTokens',
  'estimated',
  'cost',
  'costExact',
  'costSource',
  'costAsOf',
  'unpriced',
  'error',
];

/** Answers with calls, the newest first. */
export function sendCalls(
  context: ApiContext,
  request: FastifyRequest<{ Querystring: CallsRequest }>,
  reply: FastifyReply,
  users: Pick<CallsQuery, 'userIds' | 'isAttributed'>,
): Promise<FastifyReply> {
  const { project, query } = request;
  const calls = {
    project,
    range: readExactRange(query, context.clock()),
    filter: readCallFilter(query),
    ...users,
    ...(query.thread === undefined ? {} : { threadId: query.thread }),
    ...(query.errors === undefined ? {} : { isFailed: query.errors }),
    ...(query.unpriced === undefined ? {} : { isUnpriced: query.unpriced }),
  };
  return sendList<CallJson>(request, reply, {
    columns: COLUMNS,
    limit: query.limit,
    after: decodeCursor(query.cursor, 3),
    page: async (limit, after) => {
      const rows = await context.store.calls.listCalls({
        ...calls,
        limit: limit + 1,
        ...(after === undefined ? {} : { after }),
      });
      return pageOf(rows, limit, callJsonOf, callPosition);
    },
    beside: async () => ({ range: showExactRange(calls.range) }),
  });
}
