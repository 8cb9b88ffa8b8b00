import type { FindRequester } from './as-requester.ts';
import { asRequester } from './as-requester.ts';

export type { FindRequester, Requester, RequesterAnswer } from './as-requester.ts';

/** Type of Hono's context if the resolver does not declare one. */
export interface HonoContextLike {
  readonly req: { header(name: string): string | undefined; readonly url: string; readonly raw: object };
  // oxlint-disable-next-line typescript/no-explicit-any -- as Context of hono: c.get('user').id compiles
  get(key: string): any;
}

/** Hono middleware. */
export type HonoMiddleware<Context> = (context: Context, next: () => Promise<void>) => Promise<void>;

/**
 * Hono middleware: everything after it in this request runs as the user that `find` returns.
 *
 * Needs a context manager based on `AsyncLocalStorage`, which Node, Bun, Deno and Workers have.
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
