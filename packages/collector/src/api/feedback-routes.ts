import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { pageOf, sendList } from './response/list-reply.ts';
import { FEEDBACK, listOf, RANGE } from './response/shapes.ts';
import { readExactRange } from './request/read-range.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { showExactRange } from '../storage/read/query/range.ts';
import { feedbackJsonOf, feedbackPosition } from '../storage/read/threads/thread-entries.ts';
import type { FeedbackJson } from '../storage/read/threads/thread-entries.ts';
import { knownIds } from './user-routes.ts';
import { RANGE_QUERY, LIST_QUERY } from './request/query-shapes.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';

const COLUMNS: readonly (keyof FeedbackJson)[] = [
  'at',
  'userId',
  'userClaimed',
  'threadId',
  'target',
  'targetId',
  'thumb',
  'score',
  'comment',
  'traceId',
  'spanId',
];

const QUERY = Type.Object({
  ...RANGE_QUERY,
  ...LIST_QUERY,
  user: Type.Optional(Type.String({ maxLength: 1024, description: 'Only feedback of this user.' })),
  thread: Type.Optional(Type.String({ maxLength: 1024, description: 'Only feedback given in this thread.' })),
  thumb: Type.Optional(Type.Enum(['up', 'down'])),
});

/** Feedback of users on answers. */
export function feedbackRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: Static<typeof QUERY> }>({
    method: 'GET',
    url: '/feedback',
    config: { permission: 'read' },
    schema: {
      operationId: 'listFeedback',
      summary: 'Feedback on messages, runs and threads, the newest first',
      querystring: QUERY,
      response: { 200: listOf(FEEDBACK, { range: RANGE }) },
    },
    handler: async (request, reply) => {
      const { project, query } = request;
      const range = readExactRange(query, context.clock());
      const userIds = query.user === undefined ? undefined : await knownIds(context, project, query.user);
      return sendList<FeedbackJson>(request, reply, {
        columns: COLUMNS,
        limit: query.limit,
        after: decodeCursor(query.cursor, 3),
        page: async (limit, after) => {
          const rows = await context.store.threads.listFeedback({
            project,
            range,
            limit: limit + 1,
            ...(userIds === undefined ? {} : { userIds }),
            ...(query.thread === undefined ? {} : { threadId: query.thread }),
            ...(query.thumb === undefined ? {} : { thumb: query.thumb }),
            ...(after === undefined ? {} : { after }),
          });
          return pageOf(rows, limit, feedbackJsonOf, feedbackPosition);
        },
        beside: async () => ({ range: showExactRange(range) }),
      });
    },
  });
}
