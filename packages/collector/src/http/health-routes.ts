import type { FastifyInstance } from 'fastify';

/** One part of the collector, as `/healthz` shows it. `state` is `ok` or the name of its trouble. */
export type PartHealth = { readonly state: string } & Readonly<Record<string, unknown>>;

export interface HealthRoutesOptions {
  /** Asked at every request. */
  readonly parts: () => Readonly<Record<string, PartHealth>>;
  /** Whether spans are taken: false while starting and stopping. */
  readonly isReady: () => boolean;
}

/**
 * `/healthz`: every part with its state, 503 where intake cannot take spans. A store that is down is reported and is no 503:
 * the log takes them meanwhile. `/readyz`: whether to send requests here.
 */
export async function healthRoutes(app: FastifyInstance, options: HealthRoutesOptions): Promise<void> {
  app.get('/healthz', (_request, reply) => {
    const parts = options.parts();
    const isTaking = parts['log']?.state === 'ok';
    const isWell = Object.values(parts).every((part) => part.state === 'ok');
    return reply
      .code(isTaking ? 200 : 503)
      .send({ status: isWell ? 'ok' : isTaking ? 'degraded' : 'unavailable', ...parts });
  });
  app.get('/readyz', (_request, reply) => {
    const isReady = options.isReady();
    return reply.code(isReady ? 200 : 503).send({ ready: isReady });
  });
}
