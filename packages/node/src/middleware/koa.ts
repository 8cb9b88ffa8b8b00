import type { FindRequester } from './as-requester.ts';
import { asRequester } from './as-requester.ts';

export type { FindRequester, Requester, RequesterAnswer } from './as-requester.ts';

/** Type of Koa's context if the resolver does not declare one. `state` may be anything, as in Koa's own default. */
export interface KoaContextLike {
  readonly req: object;
  readonly res: object;
  // oxlint-disable-next-line typescript/no-explicit-any -- as DefaultState of @types/koa: ctx.state.user.id compiles
  readonly state: any;
  get(header: string): string;
}

/** Koa middleware. */
export type KoaMiddleware<Context> = (context: Context, next: () => Promise<unknown>) => Promise<unknown>;

/**
 * Koa middleware: everything after it in this request runs as the user that `find` returns.
 *
 * @example
 * app.use(identifyRequest((ctx) => ctx.state.user && { id: ctx.state.user.id }));
 * // With the type of the state:
 * app.use(identifyRequest((ctx: Koa.ParameterizedContext<State>) => ctx.state.user && { id: ctx.state.user.id }));
 */
export function identifyRequest<Context extends KoaContextLike>(
  find: FindRequester<Context>,
): KoaMiddleware<Context> {
  return (context, next) => Promise.resolve(asRequester(find, context, [context.req, context.res], next));
}
