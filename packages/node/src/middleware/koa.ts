import type { FindRequester } from './as-requester.ts';
import { asRequester } from './as-requester.ts';

export type { FindRequester, Requester, RequesterAnswer } from './as-requester.ts';

interface KoaContext {
  readonly req: object;
  readonly res: object;
}

/** Koa middleware. */
export type KoaMiddleware<Context> = (context: Context, next: () => Promise<unknown>) => Promise<unknown>;

/**
 * Koa middleware: everything after it, in this request, is for the user that `find` names.
 *
 * @example
 * app.use(identifyRequest((ctx: Koa.Context) => ctx.state.user && { id: ctx.state.user.id }));
 */
export function identifyRequest<Context extends KoaContext>(
  find: FindRequester<Context>,
): KoaMiddleware<Context> {
  return (context, next) => Promise.resolve(asRequester(find, context, [context.req, context.res], next));
}
