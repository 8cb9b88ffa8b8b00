import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { Problem } from './response/problem.ts';
import { object, TEXT, TEXT_OR_NULL } from './response/shapes.ts';
import { ID_PARAMS } from './request/query-shapes.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';

const BODY = Type.Object(
  { userId: Type.String({ minLength: 1, maxLength: 1024 }) },
  { additionalProperties: false },
);

/** Adds an alias or, without a target, removes it. Returns its canonical user. */
async function setAlias(
  context: ApiContext,
  request: { readonly project: string; readonly alias: string; readonly target?: string },
): Promise<string> {
  const { pipeline, aliases, clock } = context;
  const canonical = await pipeline.aliases.set({ ...request, atMs: clock() });
  if (canonical === undefined) {
    throw new Problem(409, 'The other user is already an alias of this one; remove that alias first.');
  }
  aliases.forget(request.project);
  return canonical;
}

/** Routes for adding and removing aliases. Past figures move to the user, and back. */
export function aliasRoutes(app: FastifyInstance, context: ApiContext): void {
  const response = { 200: object({ alias: TEXT, userId: TEXT_OR_NULL }) };
  app.route<{ Params: Static<typeof ID_PARAMS>; Body: Static<typeof BODY> }>({
    method: 'POST',
    url: '/users/:id/alias',
    config: { permission: 'admin' },
    schema: {
      operationId: 'addAlias',
      summary: 'Makes an id an alias: its past and future calls count for another user',
      params: ID_PARAMS,
      body: BODY,
      response,
    },
    handler: async ({ project, params, body }) => {
      if (params.id === body.userId) throw new Problem(409, 'A user cannot be an alias of itself.');
      const userId = await setAlias(context, { project, alias: params.id, target: body.userId });
      return { alias: params.id, userId };
    },
  });

  app.route<{ Params: Static<typeof ID_PARAMS> }>({
    method: 'POST',
    url: '/users/:id/unalias',
    config: { permission: 'admin' },
    schema: { operationId: 'removeAlias', summary: 'Removes an alias', params: ID_PARAMS, response },
    handler: async ({ project, params }) => {
      await setAlias(context, { project, alias: params.id });
      return { alias: params.id, userId: null };
    },
  });
}
