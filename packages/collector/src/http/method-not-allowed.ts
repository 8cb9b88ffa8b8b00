import type { FastifyInstance, HTTPMethods } from 'fastify';
import { OTLP_PATHS } from '../ingest/otlp-paths.ts';
import { sendProblem } from './answer-errors.ts';

const OTHER_METHODS: HTTPMethods[] = ['GET', 'PUT', 'PATCH', 'DELETE'];

/** OTLP is POST only: other methods get 405. */
export function refuseOtherMethods(app: FastifyInstance): void {
  for (const { path } of OTLP_PATHS) {
    app.route({
      method: OTHER_METHODS,
      url: path,
      handler: (request, reply) =>
        sendProblem(request, reply.header('allow', 'POST, OPTIONS'), 405, 'OTLP/HTTP is POST'),
    });
  }
}
