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
 * Allows browsers to send spans with a key from the configured origins. Other origins get no permission.
 *
 * `@fastify/cors` is not used, because it answers `OPTIONS` for every path, while only intake paths may allow it, each
 * for its own method. It also does not support the header for private networks.
 */
export function corsPreflight(app: FastifyInstance, corsOrigins: readonly string[]): void {
  for (const [path, method] of METHODS) {
    app.options(path, { config: { permission: 'open' } }, (request, reply) => {
      const { origin } = request.headers;
      reply.header('vary', 'origin');
      if (origin !== undefined && corsOrigins.includes(origin)) {
        reply.headers({
          'access-control-allow-origin': origin,
          'access-control-allow-methods': method,
          'access-control-allow-headers':
            'authorization, baggage, content-encoding, content-type, traceparent, tracestate, x-api-key',
          'access-control-max-age': '7200',
          // Chrome requests this before a public page may access a private address.
          ...(request.headers['access-control-request-private-network'] === 'true'
            ? { 'access-control-allow-private-network': 'true' }
            : undefined),
        });
      }
      return reply.code(204).send();
    });
  }
}
