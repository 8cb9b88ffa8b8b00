import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { pageOf, sendList } from './response/list-reply.ts';
import { rangeBefore, showRange } from '../storage/read/query/range.ts';
import { listOf, USER, RANGE, FIGURES } from './response/shapes.ts';
import { USER_COLUMNS } from '../storage/read/users/user-rows.ts';
import type { UserJson } from '../storage/read/users/user-rows.ts';
import { USER_SORTS } from '../storage/read/users/users-query.ts';
import type { UsersQuery } from '../storage/read/users/users-query.ts';
import { readCallFilter, readUserFilter } from './request/read-filters.ts';
import { readInclude } from './request/read-include.ts';
import { readRange } from './request/read-range.ts';
import { LIST_QUERY, ORDER, SCOPE_QUERY } from './request/query-shapes.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';

export const USERS_QUERY = Type.Object({
  ...SCOPE_QUERY,
  ...LIST_QUERY,
  sort: Type.Enum(USER_SORTS, { default: 'cost' }),
  order: Type.Optional(ORDER),
  include: Type.Optional(
    Type.String({
      description:
        'Any of `trend`, `median`, `before`, `latency` and `threads`, separated by commas. `threads` is always included.',
    }),
  ),
});

const LIST_USERS_QUERY = Type.Object({
  ...USERS_QUERY.properties,
  totals: Type.Boolean({
    default: true,
    description:
      'Whether to return the sums of all matching users. Without them, a filter that matches many users is faster.',
  }),
});

/** The parameters of a request for users. */
export type UsersRequest = Static<typeof USERS_QUERY>;

/** Reads the parameters of a request for users. */
export async function readUsersQuery(
  context: ApiContext,
  project: string,
  query: UsersRequest,
): Promise<UsersQuery> {
  const { sort, order, limit } = query;
  const range = readRange(query, context.clock());
  const before = rangeBefore(range, context.clock());
  const list = {
    project,
    range,
    ...(before === undefined ? {} : { before }),
    calls: readCallFilter(query),
    users: readUserFilter(query),
    hasAliases: !(await context.aliases.isEmpty(project)),
  };
  return {
    ...list,
    keys: await context.store.users.readKeysForRanking(list),
    sort,
    isDescending: (order ?? (sort === 'name' ? 'asc' : 'desc')) === 'desc',
    limit,
  };
}

/** The list of users. */
export function usersRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: Static<typeof LIST_USERS_QUERY> }>({
    method: 'GET',
    url: '/users',
    config: { permission: 'read' },
    schema: {
      operationId: 'listUsers',
      summary: 'Users with their usage and cost',
      querystring: LIST_USERS_QUERY,
      response: {
        200: listOf(USER, {
          range: RANGE,
          total: {
            type: ['integer', 'null'],
            description: 'Number of matching users; on the first page only.',
          },
          totals: {
            anyOf: [FIGURES, { type: 'null' }],
            description: 'Sums of all matching users; on the first page only, and not with `totals=false`.',
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
        ...(include.has('before') ? { before: users.before ?? null } : {}),
      };
      return sendList<UserJson>(request, reply, {
        columns: USER_COLUMNS,
        limit: query.limit,
        after: decodeCursor(query.cursor, 2),
        page: async (limit, after) => {
          const { users: found, total } = await context.store.users.listUsers({
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
          const rows = await context.store.users.userRows(context, page.rows, wanted);
          return { ...page, rows, beside: { total: after === undefined ? total : null } };
        },
        beside: async () => ({
          range: showRange(users.range),
          totals:
            query.cursor === undefined && query.totals ? await context.store.users.sumUsers(users) : null,
        }),
      });
    },
  });
}
