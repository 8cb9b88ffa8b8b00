import type { FastifyInstance, HTTPMethods } from 'fastify';
import { SIGNALS } from '../otlp/signal.ts';
import { sendProblem } from './answer-errors.ts';

const OTHER_METHODS: HTTPMethods[] = ['GET', 'PUT', 'PATCH', 'DELETE'];

/** OTLP is POST only: other methods are told so. */
export function refuseOtherMethods(app: FastifyInstance): void {
  for (const signal of SIGNALS) {
    app.route({
      method: OTHER_METHODS,
      url: `/v1/${signal}`,
      handler: (request, reply) =>
        sendProblem(request, reply.header('allow', 'POST, OPTIONS'), 405, 'OTLP/HTTP is POST'),
    });
  }
}
