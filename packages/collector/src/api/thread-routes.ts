import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { pageOf, sendList } from './response/list-reply.ts';
import { notFound } from './response/problem.ts';
import { showRange } from '../storage/read/query/range.ts';
import {
  CALL_PROPERTIES,
  FEEDBACK,
  listOf,
  MESSAGE,
  MESSAGES,
  NEIGHBOR_PLACE,
  NO_PLACE,
  object,
  RANGE,
  SPAN,
  TEXT_OR_NULL,
  TEXTS,
  THREAD_PROPERTIES,
} from './response/shapes.ts';
import { THREAD_COLUMNS, THREAD_SORTS } from '../storage/read/threads/threads-query.ts';
import type { ThreadJson, ThreadsQuery } from '../storage/read/threads/threads-query.ts';
import { knownIds } from './user-routes.ts';
import { readRange } from './request/read-range.ts';
import { readCallFilter, readUserFilter } from './request/read-filters.ts';
import {
  FILTER_QUERY,
  ID_PARAMS,
  LIST_QUERY,
  RANGE_QUERY,
  USER_FILTER_QUERY,
} from './request/query-shapes.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';

const QUERY = Type.Object({
  ...RANGE_QUERY,
  ...FILTER_QUERY,
  ...LIST_QUERY,
  q: Type.Optional(
    Type.String({
      maxLength: 1024,
      description: 'Part of a thread id, or of its user’s id, name, e-mail address or properties.',
    }),
  ),
  content: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'Part of a message. Nothing is found where content is not stored.',
    }),
  ),
  errors: Type.Optional(
    Type.Boolean({ description: 'true: only threads with a failed call; false: only the others.' }),
  ),
  include: Type.Optional(Type.Enum(['title'], { description: '`title` adds the user’s first message.' })),
  sort: Type.Enum(THREAD_SORTS, { default: 'lastSeen' }),
  order: Type.Enum(['asc', 'desc'], { default: 'desc' }),
});

const ALL_THREADS_QUERY = Type.Object({
  ...QUERY.properties,
  group: USER_FILTER_QUERY.group,
  user: Type.Optional(Type.String({ maxLength: 1024, description: 'Only threads of this user.' })),
});

type ThreadsRequest = Static<typeof QUERY> & Partial<Static<typeof ALL_THREADS_QUERY>>;

/** Reads the parameters of a request for threads. */
async function readThreadsQuery(
  context: ApiContext,
  project: string,
  query: ThreadsRequest,
): Promise<Omit<ThreadsQuery, 'limit' | 'after'>> {
  const { q, content, errors, user, sort, order } = query;
  return {
    project,
    hasAliases: !(await context.aliases.isEmpty(project)),
    range: readRange(query, context.clock()),
    sort,
    isDescending: order === 'desc',
    calls: readCallFilter(query),
    // `q` is the search for threads, which also finds thread ids, and not a filter of users.
    users: readUserFilter({ ...query, q: undefined }),
    ...(user === undefined ? {} : { userIds: await knownIds(context, project, user) }),
    ...(q === undefined || q === '' ? {} : { q }),
    ...(content === undefined ? {} : { content }),
    ...(errors === undefined ? {} : { isFailed: errors }),
  };
}

async function sendThreads(
  context: ApiContext,
  request: FastifyRequest<{ Querystring: ThreadsRequest }>,
  reply: FastifyReply,
  userIds?: readonly string[],
): Promise<FastifyReply> {
  const { project, query } = request;
  const threads = await readThreadsQuery(context, project, query);
  const includesTitles = query.include === 'title';
  return sendList<ThreadJson>(request, reply, {
    columns: includesTitles ? [...THREAD_COLUMNS, 'title'] : THREAD_COLUMNS,
    limit: query.limit,
    after: decodeCursor(query.cursor, 3),
    page: async (limit, after) => {
      const rows = await context.store.threads.listThreads({
        ...threads,
        limit: limit + 1,
        ...(userIds === undefined ? {} : { userIds }),
        ...(after === undefined ? {} : { after }),
      });
      const page = pageOf(
        rows,
        limit,
        (row) => row,
        (row) => [row.sortValue, row.thread_id, row.owner],
      );
      return {
        ...page,
        rows: await context.store.threads.threadRows(project, page.rows, { includesTitles }),
      };
    },
    beside: async () => ({ range: showRange(threads.range) }),
  });
}

/** Conversations. */
export function threadRoutes(app: FastifyInstance, context: ApiContext): void {
  const response = { 200: listOf(object(THREAD_PROPERTIES, { title: TEXT_OR_NULL }), { range: RANGE }) };
  app.route<{ Querystring: ThreadsRequest }>({
    method: 'GET',
    url: '/threads',
    config: { permission: 'read' },
    schema: {
      operationId: 'listThreads',
      summary: 'Conversations',
      querystring: ALL_THREADS_QUERY,
      response,
    },
    handler: (request, reply) => sendThreads(context, request, reply),
  });

  app.route<{ Params: { id: string }; Querystring: ThreadsRequest }>({
    method: 'GET',
    url: '/users/:id/threads',
    config: { permission: 'read' },
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
    config: { permission: 'read' },
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
              messages: MESSAGES,
            }),
          },
          callCount: { type: 'integer' },
          runs: { type: 'array', items: SPAN },
          messages: {
            type: 'array',
            items: MESSAGE,
            description: 'Messages and events that the application tracked.',
          },
          feedback: { type: 'array', items: FEEDBACK },
        }),
      },
    },
    handler: async ({ project, params }) => {
      const thread = await context.store.threads.readThread(context, project, params.id);
      if (thread === undefined) throw notFound('thread');
      return thread;
    },
  });

  app.route<{ Params: { id: string }; Querystring: ThreadsRequest }>({
    method: 'GET',
    url: '/threads/:id/neighbors',
    config: { permission: 'read' },
    schema: {
      operationId: 'readThreadNeighbors',
      summary: 'The previous and the next thread in a list',
      params: ID_PARAMS,
      querystring: ALL_THREADS_QUERY,
      response: {
        200: object({ previous: TEXT_OR_NULL, next: TEXT_OR_NULL, ...NEIGHBOR_PLACE }),
      },
    },
    handler: async ({ project, params, query }) => {
      const threads = await readThreadsQuery(context, project, query);
      return (await context.store.threads.findThreadNeighbors(threads, params.id)) ?? NO_PLACE;
    },
  });
}
