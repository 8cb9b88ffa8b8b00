import type { FindRequester } from './as-requester.ts';
import { asRequester } from './as-requester.ts';

export type { FindRequester, Requester, RequesterAnswer } from './as-requester.ts';

/** What is known of Koa's context where the resolver does not say its type. */
export interface KoaContextLike {
  readonly req: object;
  readonly res: object;
  readonly state: Readonly<Record<string, unknown>>;
  get(header: string): string;
}

/** Koa middleware. */
export type KoaMiddleware<Context> = (context: Context, next: () => Promise<unknown>) => Promise<unknown>;

/**
 * Koa middleware: everything after it, in this request, is for the user that `find` names.
 *
 * @example
 * app.use(identifyRequest((ctx: Koa.Context) => ctx.state.user && { id: ctx.state.user.id }));
 */
export function identifyRequest<Context extends KoaContextLike>(
  find: FindRequester<Context>,
): KoaMiddleware<Context> {
  return (context, next) => Promise.resolve(asRequester(find, context, [context.req, context.res], next));
}
