import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { pageOf, sendList } from './response/list-reply.ts';
import { rangeBefore, showRange } from '../storage/read/query/range.ts';
import { LIST_QUERY, listOf, USER, RANGE, FIGURES, SCOPE_QUERY } from './response/shapes.ts';
import type { Shape } from './response/shapes.ts';
import { userRows, USER_COLUMNS } from '../storage/read/users/user-rows.ts';
import type { UserJson } from '../storage/read/users/user-rows.ts';
import { listUsers, sumUsers, USER_SORTS } from '../storage/read/users/users-query.ts';
import type { UserSort, UsersQuery } from '../storage/read/users/users-query.ts';
import { readCallFilter } from './request/read-filters.ts';
import type { Query } from './request/read-filters.ts';
import { readInclude } from './request/read-include.ts';
import { readRange } from './request/read-range.ts';
import { readUserScope } from './request/read-scope.ts';

/** What a request for users may say. */
export interface UsersRequest {
  readonly from?: string;
  readonly to?: string;
  readonly sort: UserSort;
  readonly order?: 'asc' | 'desc';
  readonly limit: number;
  readonly cursor?: string;
  readonly include?: string;
}

export const USERS_QUERY: Shape = {
  type: 'object',
  properties: {
    ...SCOPE_QUERY,
    ...LIST_QUERY,
    sort: { type: 'string', enum: [...USER_SORTS], default: 'cost' },
    order: { type: 'string', enum: ['asc', 'desc'] },
    include: {
      type: 'string',
      description:
        'Any of `trend`, `median`, `before`, `latency` and `threads`, with commas. `threads` is always there.',
    },
  },
};

/** Reads what a request wants to see of the users. */
export async function readUsersQuery(
  context: ApiContext,
  project: string,
  query: UsersRequest,
): Promise<UsersQuery> {
  const { sort, order, limit } = query;
  return {
    project,
    range: readRange(query),
    calls: readCallFilter(query as unknown as Query),
    ...(await readUserScope(context, project, query)),
    sort,
    isDescending: (order ?? (sort === 'name' ? 'asc' : 'desc')) === 'desc',
    limit,
  };
}

/** The list of users. */
export function usersRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: UsersRequest }>({
    method: 'GET',
    url: '/users',
    config: { scope: 'read' },
    schema: {
      operationId: 'listUsers',
      summary: 'Users with what they used and what it cost',
      querystring: USERS_QUERY,
      response: {
        200: listOf(USER, {
          range: RANGE,
          total: { type: ['integer', 'null'], description: 'Users that match; on the first page.' },
          totals: {
            anyOf: [FIGURES, { type: 'null' }],
            description: 'Their figures together; on the first page.',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const { project, query } = request;
      const users = await readUsersQuery(context, project, query);
      const include = readInclude(query.include, ['trend', 'median', 'before', 'latency', 'threads']);
      const wanted = {
        project,
        range: users.range,
        filter: users.calls,
        includeTrend: include.has('trend'),
        includeMedian: include.has('median'),
        includeLatency: include.has('latency'),
        ...(include.has('before') ? { before: rangeBefore(users.range, context.clock()) ?? null } : {}),
      };
      return sendList<UserJson>(request, reply, {
        columns: USER_COLUMNS,
        limit: query.limit,
        after: decodeCursor(query.cursor, 2),
        page: async (limit, after) => {
          const { users: found, total } = await listUsers(context.answers, {
            ...users,
            limit: limit + 1,
            ...(after === undefined ? {} : { after }),
          });
          const page = pageOf(
            found,
            limit,
            ({ id }) => id,
            ({ position }) => position,
          );
          const rows = await userRows(context, page.rows, wanted);
          return { ...page, rows, beside: { total: after === undefined ? total : null } };
        },
        beside: async () => ({
          range: showRange(users.range),
          totals: query.cursor === undefined ? await sumUsers(context.store, users) : null,
        }),
      });
    },
  });
}
