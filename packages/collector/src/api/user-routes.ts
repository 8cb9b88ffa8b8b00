import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { CALLS_QUERY, sendCalls } from './call-list.ts';
import type { CallsRequest } from './call-list.ts';
import {
  CALL,
  listOf,
  object,
  RANGE,
  TEXT,
  TIME,
  USER_PROPERTIES,
  USER_OPTIONAL,
} from './response/shapes.ts';
import { notFound } from './response/problem.ts';
import { showRange } from '../storage/read/query/range.ts';
import type { Range } from '../storage/read/query/range.ts';
import type { UserDetail, UserQuery } from '../storage/read/users/user-query.ts';
import { readCallFilter } from './request/read-filters.ts';
import { readRange } from './request/read-range.ts';
import { RANGE_QUERY, FILTER_QUERY, ID_PARAMS } from './request/query-shapes.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';

/** All ids of a user, the canonical one first; 404 if the user is unknown. */
export async function knownIds(
  context: ApiContext,
  project: string,
  requestedId: string,
): Promise<readonly [string, ...string[]]> {
  const id = await context.aliases.canonicalOf(project, requestedId);
  const [, ...aliases] = await context.aliases.idsOf(project, id);
  const profiles = await context.store.users.readProfiles(project, [id, ...aliases]);
  if (profiles.size === 0) throw notFound('user');
  return [id, ...aliases];
}

const QUERY = Type.Object({ ...RANGE_QUERY, ...FILTER_QUERY });

/** Routes for one user and its calls. */
export function userRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Params: Static<typeof ID_PARAMS>; Querystring: Static<typeof QUERY> }>({
    method: 'GET',
    url: '/users/:id',
    config: { permission: 'read' },
    schema: {
      operationId: 'readUser',
      summary: 'One user with profile and usage',
      params: ID_PARAMS,
      querystring: QUERY,
      response: {
        200: object({
          ...USER_PROPERTIES,
          ...USER_OPTIONAL,
          aliasesSince: { type: 'array', items: object({ id: TEXT, at: TIME }) },
          range: RANGE,
        }),
      },
    },
    handler: async ({ project, params, query }) => {
      const ids = await knownIds(context, project, params.id);
      const range: Range = readRange(query, context.clock());
      const filter = readCallFilter(query);
      return { ...(await existingUser(context, { project, ids, range, filter })), range: showRange(range) };
    },
  });

  app.route<{ Params: Static<typeof ID_PARAMS>; Querystring: CallsRequest }>({
    method: 'GET',
    url: '/users/:id/calls',
    config: { permission: 'read' },
    schema: {
      operationId: 'listUserCalls',
      summary: 'Calls of a user, the newest first',
      params: ID_PARAMS,
      querystring: CALLS_QUERY,
      response: { 200: listOf(CALL, { range: RANGE }) },
    },
    handler: async (request, reply) => {
      const userIds = await knownIds(context, request.project, request.params.id);
      return sendCalls(context, request, reply, { userIds });
    },
  });
}

/** The details of a user; 404 if the project has no such user. */
export async function existingUser(context: ApiContext, query: UserQuery): Promise<UserDetail> {
  const user = await context.store.users.readUser(context, query);
  if (user === undefined) {
    throw notFound('user');
  }
  return user;
}
