import type { FindRequester } from './as-requester.ts';
import { asRequester } from './as-requester.ts';

export type { FindRequester, Requester, RequesterAnswer } from './as-requester.ts';

/** What is known of Hono's context where the resolver does not say its type. */
export interface HonoContextLike {
  readonly req: { header(name: string): string | undefined; readonly url: string; readonly raw: object };
  // oxlint-disable-next-line typescript/no-explicit-any -- as Context of hono: c.get('user').id compiles
  get(key: string): any;
}

/** Hono middleware. */
export type HonoMiddleware<Context> = (context: Context, next: () => Promise<void>) => Promise<void>;

/**
 * Hono middleware: everything after it, in this request, is for the user that `find` names.
 *
 * Needs a context manager on `AsyncLocalStorage`: Node, Bun, Deno and Workers have it.
 *
 * @example
 * app.use(identifyRequest((c) => ({ id: c.get('jwtPayload').sub })));
 */
export function identifyRequest<Context extends HonoContextLike>(
  find: FindRequester<Context>,
): HonoMiddleware<Context> {
  return async (context, next) => {
    await asRequester(find, context, [], next);
  };
}
