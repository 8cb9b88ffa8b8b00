import type { FastifyInstance } from 'fastify';
import { LUNARY_PATHS } from '../ingest/lunary/lunary-routes.ts';
import { POSTHOG_PATHS } from '../ingest/posthog/posthog-routes.ts';
import { OTLP_PATHS } from '../ingest/otlp-paths.ts';

/** Methods by path. */
const METHODS: readonly (readonly [path: string, method: string])[] = [
  ...OTLP_PATHS.map(({ path }) => [path, 'POST'] as const),
  ...Object.entries(LUNARY_PATHS),
  ...POSTHOG_PATHS.map((path) => [path, 'POST'] as const),
];

/**
 * Tells the browsers of named origins that they may send spans with a key. Other origins get no permission.
 *
 * Not `@fastify/cors`: it answers `OPTIONS` for every path of the app, where only the paths of intake may say yes, each
 * for its own method; and it does not know the header of private networks.
 */
export function corsPreflight(app: FastifyInstance, corsOrigins: readonly string[]): void {
  for (const [path, method] of METHODS) {
    app.options(path, { config: { scope: 'open' } }, (request, reply) => {
      const { origin } = request.headers;
      reply.header('vary', 'origin');
      if (origin !== undefined && corsOrigins.includes(origin)) {
        reply.headers({
          'access-control-allow-origin': origin,
          'access-control-allow-methods': method,
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
