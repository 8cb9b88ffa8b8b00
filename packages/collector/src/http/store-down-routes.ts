import type { FastifyInstance } from 'fastify';
import { RETRY_AFTER_SECONDS } from '../ingest/outcome.ts';
import { sendProblem } from './answer-errors.ts';

/** Stands in for the API while there is no store to ask. */
export async function storeDownRoutes(app: FastifyInstance): Promise<void> {
  app.all('/*', { config: { scope: 'read' } }, (request, reply) =>
    sendProblem(
      request,
      reply.header('retry-after', RETRY_AFTER_SECONDS),
      503,
      'the store is not open yet; /healthz says why',
    ),
  );
}
