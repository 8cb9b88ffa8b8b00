import type { FastifyInstance } from 'fastify';

/** Health of one part of the collector. `state` is `ok` or the kind of problem. */
export type PartHealth = { readonly state: string } & Readonly<Record<string, unknown>>;

export interface HealthRoutesOptions {
  /** Called for every request. */
  readonly parts: () => Readonly<Record<string, PartHealth>>;
  /** Whether spans are accepted. False while starting and stopping. */
  readonly isReady: () => boolean;
}

/**
 * `/healthz`: every part with its state, with status 503 if intake cannot accept spans. A store that is down is
 * reported without 503, because the log still accepts spans. `/readyz`: whether to send requests here.
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
