import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { pageOf, sendList } from './response/list-reply.ts';
import { notFound } from './response/problem.ts';
import { showRange } from '../storage/read/query/range.ts';
import {
  CALL_PROPERTIES,
  ID_PARAMS,
  LIST_QUERY,
  listOf,
  object,
  RANGE,
  RANGE_QUERY,
  SPAN,
  TEXT,
  TEXTS,
  THREAD_PROPERTIES,
} from './response/shapes.ts';
import type { Shape } from './response/shapes.ts';
import { readThread } from '../storage/read/threads/thread-query.ts';
import {
  listThreads,
  THREAD_COLUMNS,
  THREAD_SORTS,
  threadRows,
} from '../storage/read/threads/threads-query.ts';
import type { ThreadJson, ThreadSort } from '../storage/read/threads/threads-query.ts';
import { knownIds } from './user-routes.ts';
import { readRange } from './request/read-range.ts';

interface ThreadsRequest {
  readonly from?: string;
  readonly to?: string;
  readonly q?: string;
  readonly sort: ThreadSort;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly cursor?: string;
}

const QUERY: Shape = {
  type: 'object',
  properties: {
    ...RANGE_QUERY,
    ...LIST_QUERY,
    q: { ...TEXT, maxLength: 1024, description: 'Part of the id of a thread.' },
    sort: { type: 'string', enum: [...THREAD_SORTS], default: 'lastSeen' },
    order: { type: 'string', enum: ['asc', 'desc'], default: 'desc' },
  },
};

function sendThreads(
  context: ApiContext,
  request: FastifyRequest<{ Querystring: ThreadsRequest }>,
  reply: FastifyReply,
  userIds?: readonly string[],
): Promise<FastifyReply> {
  const { project, query } = request;
  const range = readRange(query);
  return sendList<ThreadJson>(request, reply, {
    columns: THREAD_COLUMNS,
    limit: query.limit,
    after: decodeCursor(query.cursor, 3),
    page: async (limit, after) => {
      const rows = await listThreads(context.store, {
        project,
        range,
        sort: query.sort,
        isDescending: query.order === 'desc',
        limit: limit + 1,
        ...(userIds === undefined ? {} : { userIds }),
        ...(query.q === undefined ? {} : { q: query.q }),
        ...(after === undefined ? {} : { after }),
      });
      const page = pageOf(
        rows,
        limit,
        (row) => row,
        (row) => [row.sortValue, row.thread_id, row.user_id],
      );
      return { ...page, rows: await threadRows(context.store, project, page.rows) };
    },
    beside: async () => ({ range: showRange(range) }),
  });
}

/** Conversations. */
export function threadRoutes(app: FastifyInstance, context: ApiContext): void {
  const response = { 200: listOf(object(THREAD_PROPERTIES), { range: RANGE }) };
  app.route<{ Querystring: ThreadsRequest }>({
    method: 'GET',
    url: '/threads',
    config: { scope: 'read' },
    schema: { operationId: 'listThreads', summary: 'Conversations', querystring: QUERY, response },
    handler: (request, reply) => sendThreads(context, request, reply),
  });

  app.route<{ Params: { id: string }; Querystring: ThreadsRequest }>({
    method: 'GET',
    url: '/users/:id/threads',
    config: { scope: 'read' },
    schema: {
      operationId: 'listUserThreads',
      summary: 'Conversations of a user',
      params: ID_PARAMS,
      querystring: QUERY,
      response,
    },
    handler: async (request, reply) =>
      sendThreads(context, request, reply, await knownIds(context, request.project, request.params.id)),
  });

  app.route<{ Params: { id: string } }>({
    method: 'GET',
    url: '/threads/:id',
    config: { scope: 'read' },
    schema: {
      operationId: 'readThread',
      summary: 'One conversation: its calls, oldest first, and the runs they belong to',
      params: ID_PARAMS,
      response: {
        200: object({
          ...THREAD_PROPERTIES,
          users: TEXTS,
          calls: {
            type: 'array',
            items: object(CALL_PROPERTIES, {
              messages: object({ system: {}, input: {}, output: {} }),
            }),
          },
          callCount: { type: 'integer' },
          runs: { type: 'array', items: SPAN },
        }),
      },
    },
    handler: async ({ project, params }) => {
      const thread = await readThread(context.store, project, params.id);
      if (thread === undefined) throw notFound('thread');
      return thread;
    },
  });
}
