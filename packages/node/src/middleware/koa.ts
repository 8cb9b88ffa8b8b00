import type { FindRequester } from './as-requester.ts';
import { asRequester } from './as-requester.ts';

export type { FindRequester, Requester, RequesterAnswer } from './as-requester.ts';

/** What is known of Koa's context where the resolver does not say its type. `state` may hold anything, as Koa's own default says. */
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
 * Koa middleware: everything after it, in this request, is for the user that `find` names.
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
