import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { pageOf, sendList } from './response/list-reply.ts';
import { FEEDBACK, LIST_QUERY, listOf, RANGE, RANGE_QUERY, TEXT } from './response/shapes.ts';
import { readExactRange } from './request/read-range.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { showExactRange } from '../storage/read/query/range.ts';
import { feedbackJsonOf, feedbackPosition, listFeedback } from '../storage/read/threads/thread-entries.ts';
import type { FeedbackJson } from '../storage/read/threads/thread-entries.ts';
import { knownIds } from './user-routes.ts';

interface FeedbackRequest {
  readonly from?: string;
  readonly to?: string;
  readonly user?: string;
  readonly thread?: string;
  readonly thumb?: 'up' | 'down';
  readonly limit: number;
  readonly cursor?: string;
}

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

/** What users think of answers. */
export function feedbackRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: FeedbackRequest }>({
    method: 'GET',
    url: '/feedback',
    config: { scope: 'read' },
    schema: {
      operationId: 'listFeedback',
      summary: 'Feedback on messages, runs and threads, the newest first',
      querystring: {
        type: 'object',
        properties: {
          ...RANGE_QUERY,
          ...LIST_QUERY,
          user: { ...TEXT, maxLength: 1024, description: 'Only feedback of this user.' },
          thread: { ...TEXT, maxLength: 1024, description: 'Only feedback that was given in this thread.' },
          thumb: { type: 'string', enum: ['up', 'down'] },
        },
      },
      response: { 200: listOf(FEEDBACK, { range: RANGE }) },
    },
    handler: async (request, reply) => {
      const { project, query } = request;
      const range = readExactRange(query);
      const userIds = query.user === undefined ? undefined : await knownIds(context, project, query.user);
      return sendList<FeedbackJson>(request, reply, {
        columns: COLUMNS,
        limit: query.limit,
        after: decodeCursor(query.cursor, 3),
        page: async (limit, after) => {
          const rows = await listFeedback(context.store, {
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
