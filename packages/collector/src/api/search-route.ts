import type { FastifyInstance } from 'fastify';

import { FOUND_KINDS } from '../storage/read/search/find-anything.ts';
import type { ApiContext } from './api-context.ts';
import { object, TEXT, TEXT_OR_NULL } from './response/shapes.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';

const FOUND = object({
  kind: { enum: [...FOUND_KINDS] },
  id: {
    ...TEXT,
    description:
      'Id of the user or thread; name of a group, feature (tag) or model; `<trace id>-<span id>` of a call.',
  },
  name: TEXT_OR_NULL,
  note: { ...TEXT_OR_NULL, description: 'Additional detail, such as an e-mail address.' },
  traceId: TEXT_OR_NULL,
  spanId: TEXT_OR_NULL,
});

const QUERY = Type.Object({
  q: Type.String({
    maxLength: 1024,
    description:
      'Part of an id, a name, an e-mail, a property, a feature (tag) or a model, without regard to case and accents; or the id of a trace, a call, a response or a message.',
  }),
  limit: Type.Integer({
    minimum: 1,
    maximum: 50,
    default: 8,
    description: 'Maximum number of results of each kind.',
  }),
});

/** Finds users, groups, features, models, threads and calls by a few letters or any id. */
export function searchRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: Static<typeof QUERY> }>({
    method: 'GET',
    url: '/search',
    config: { permission: 'read' },
    schema: {
      operationId: 'search',
      summary: 'Finds users, groups, features, models, threads and calls by part of a name or by an id',
      querystring: QUERY,
      response: { 200: object({ data: { type: 'array', items: FOUND } }) },
    },
    handler: async ({ project, query }) => ({
      data: await context.store.search.findAnything(context, { project, q: query.q, limit: query.limit }),
    }),
  });
}
