import type { FastifyInstance } from 'fastify';

import { addSample, hasSample, removeSample } from '../maintenance/sample-data.ts';
import type { ApiContext } from './api-context.ts';
import { Problem } from './response/problem.ts';
import { COUNT, object } from './response/shapes.ts';

/** Sample data on one click, and off on another. */
export function sampleRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route({
    method: 'POST',
    url: '/sample',
    config: { scope: 'admin' },
    schema: {
      operationId: 'addSample',
      summary: 'Adds sample data: users whose ids begin with sample-',
      response: { 201: object({ calls: COUNT, spans: COUNT }) },
    },
    handler: async ({ project }, reply) => {
      if (await hasSample(context.pipeline, project))
        throw new Problem(409, 'The sample data is there already.');
      return reply.code(201).send(await addSample(context.pipeline, project, context.clock()));
    },
  });

  app.route({
    method: 'DELETE',
    url: '/sample',
    config: { scope: 'admin' },
    schema: {
      operationId: 'removeSample',
      summary: 'Removes the sample data, all of it and nothing else',
      response: { 200: object({ deleted: COUNT }) },
    },
    handler: async ({ project }) => ({ deleted: await removeSample(context.pipeline, project) }),
  });
}
