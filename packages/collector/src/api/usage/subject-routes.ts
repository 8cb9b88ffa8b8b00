import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';

import type { ApiContext } from '../api-context.ts';
import { ID_PARAMS } from '../request/query-shapes.ts';
import { Problem } from '../response/problem.ts';
import { object, TEXT } from '../response/shapes.ts';

/** Routes that tell whether a project has a group or a tag, because lists of an unknown one are empty. */
export function subjectRoutes(app: FastifyInstance, { store }: ApiContext): void {
  app.route<{ Params: Static<typeof ID_PARAMS> }>({
    method: 'GET',
    url: '/groups/:id',
    config: { permission: 'read' },
    schema: {
      operationId: 'readGroup',
      summary: 'A group; 404 if no user of the project is in it',
      params: ID_PARAMS,
      response: { 200: object({ group: TEXT }) },
    },
    handler: async ({ project, params: { id } }) => {
      if (await store.search.hasGroup(project, id)) return { group: id };
      throw new Problem(
        404,
        `This project has no calls of the group ${JSON.stringify(id)}. GET /api/groups lists its groups. ` +
          'The group of a user is the attribute userspan.user.group.',
      );
    },
  });

  app.route<{ Params: Static<typeof ID_PARAMS> }>({
    method: 'GET',
    url: '/tags/:id',
    config: { permission: 'read' },
    schema: {
      operationId: 'readTag',
      summary: 'A tag (feature); 404 if no call of the project has it',
      params: ID_PARAMS,
      response: { 200: object({ tag: TEXT }) },
    },
    handler: async ({ project, params: { id } }) => {
      if (await store.search.hasTag(project, id)) return { tag: id };
      throw new Problem(
        404,
        `This project has no calls with the tag ${JSON.stringify(id)}. GET /api/tags lists its tags. ` +
          'The tags of a call are the attribute userspan.tags.',
      );
    },
  });
}
