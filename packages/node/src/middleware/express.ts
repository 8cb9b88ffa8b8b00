import type { FindRequester } from './as-requester.ts';
import { asRequester } from './as-requester.ts';

export type { FindRequester, Requester, RequesterAnswer } from './as-requester.ts';

/** Express middleware, of any version. */
export type ExpressMiddleware<Request> = (
  request: Request,
  response: object,
  next: (error?: unknown) => void,
) => void;

/**
 * Express middleware: everything after it in this request runs as the user that `find` returns.
 *
 * Add it after the middleware that authenticates the user.
 *
 * @example
 * app.use(session(), identifyRequest((req: express.Request) => req.user && { id: req.user.id, props: { email: req.user.email } }));
 */
export function identifyRequest<Request extends object>(
  find: FindRequester<Request>,
): ExpressMiddleware<Request> {
  return (request, response, next) => {
    void asRequester(find, request, [request, response], () => next());
  };
}
