import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { NEIGHBOR_PLACE, NO_PLACE, object, TEXT, TEXT_OR_NULL } from './response/shapes.ts';
import type { Shape } from './response/shapes.ts';
import { readUsersQuery, USERS_QUERY } from './users-routes.ts';
import type { UsersRequest } from './users-routes.ts';
import { ID_PARAMS } from './request/query-shapes.ts';
import type { Static } from 'typebox';

const NEIGHBOR: Shape = { anyOf: [object({ id: TEXT, name: TEXT_OR_NULL }), { type: 'null' }] };

/** The users before and after a user in the list from which its page was opened. */
export function neighborsRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Params: Static<typeof ID_PARAMS>; Querystring: UsersRequest }>({
    method: 'GET',
    url: '/users/:id/neighbors',
    config: { permission: 'read' },
    schema: {
      operationId: 'readNeighbors',
      summary: 'The previous and the next user in a list',
      params: ID_PARAMS,
      querystring: USERS_QUERY,
      response: { 200: object({ previous: NEIGHBOR, next: NEIGHBOR, ...NEIGHBOR_PLACE }) },
    },
    handler: async ({ project, params, query }) => {
      const users = await readUsersQuery(context, project, query);
      const id = await context.aliases.canonicalOf(project, params.id);
      const found = await context.store.users.findNeighbors(users, id);
      if (found === undefined) return NO_PLACE;
      const ids = [found.previous, found.next].filter((each) => each !== undefined);
      const profiles = await context.store.users.readProfiles(project, ids);
      const show = (each: string | undefined): { id: string; name: string | null } | null =>
        each === undefined ? null : { id: each, name: profiles.get(each)?.name ?? null };
      return {
        previous: show(found.previous),
        next: show(found.next),
        position: found.position,
        total: found.total,
      };
    },
  });
}
