import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FindRequester } from './as-requester.ts';
import { asRequester } from './as-requester.ts';

export type { FindRequester, Requester, RequesterAnswer } from './as-requester.ts';

/** The argument of `http.createServer`. */
export type RequestListener<Request, Response, Result> = (request: Request, response: Response) => Result;

/**
 * For plain `node:http` and frameworks with the same request listeners: runs the listener as the user that `find`
 * returns.
 *
 * @example
 * http.createServer(identifyRequest((req) => ({ id: sessionOf(req).userId }), (req, res) => res.end('hello')));
 */
export function identifyRequest<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
  Result = unknown,
>(
  find: FindRequester<Request>,
  listener: RequestListener<Request, Response, Result>,
): RequestListener<Request, Response, Result | Promise<Awaited<Result>>> {
  return function listen(this: unknown, request, response) {
    return asRequester(find, request, [request, response], () => listener.call(this, request, response));
  };
}
