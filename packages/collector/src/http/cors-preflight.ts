import type { FastifyInstance } from 'fastify';
import { OTLP_PATHS } from '../ingest/otlp-paths.ts';

/** Tells the browsers of named origins that they may send spans with a key. Other origins get no leave. */
export function corsPreflight(app: FastifyInstance, corsOrigins: readonly string[]): void {
  for (const { path } of OTLP_PATHS) {
    app.options(path, { config: { scope: 'open' } }, (request, reply) => {
      const { origin } = request.headers;
      reply.header('vary', 'origin');
      if (origin !== undefined && corsOrigins.includes(origin)) {
        reply.headers({
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers':
            'authorization, baggage, content-encoding, content-type, traceparent, tracestate, x-api-key',
          'access-control-max-age': '7200',
          // Chrome asks this before a public page may reach a private address.
          ...(request.headers['access-control-request-private-network'] === 'true'
            ? { 'access-control-allow-private-network': 'true' }
            : undefined),
        });
      }
      return reply.code(204).send();
    });
  }
}
