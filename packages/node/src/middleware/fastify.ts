import type { FindRequester } from './as-requester.ts';
import { asRequester } from './as-requester.ts';

export type { FindRequester, Requester, RequesterAnswer } from './as-requester.ts';

interface RawRequest {
  readonly raw: object;
}

/** The part of a Fastify instance that is used. */
export interface FastifyHooks<Request> {
  addHook(
    name: 'preHandler',
    hook: (request: Request, reply: RawRequest, done: (error?: Error) => void) => void,
  ): unknown;
}

/** A Fastify plugin. */
export type FastifyPlugin<Request> = (
  instance: FastifyHooks<Request>,
  options: unknown,
  done: (error?: Error) => void,
) => void;

/**
 * Fastify plugin: every handler of the instance on which it is registered runs as the user that `find` returns.
 *
 * It uses the `preHandler` hook, so that authentication in `onRequest`, `preParsing` or `preValidation` runs before it.
 *
 * @example
 * await app.register(identifyRequest((request: FastifyRequest) => ({ id: request.session.userId })));
 */
export function identifyRequest<Request extends RawRequest>(
  find: FindRequester<Request>,
): FastifyPlugin<Request> {
  const plugin: FastifyPlugin<Request> = (instance, _options, done) => {
    instance.addHook('preHandler', (request, reply, proceed) => {
      void asRequester(find, request, [request.raw, reply.raw], () => proceed());
    });
    done();
  };
  // As fastify-plugin does: the hook applies to the instance that registers it and not to an encapsulated one.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@userspan/node/fastify',
  });
}
