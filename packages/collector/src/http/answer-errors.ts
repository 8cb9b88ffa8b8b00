import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AccessError } from '../security/access-error.ts';
import { isOtlpUrl } from '../ingest/otlp-paths.ts';
import { sendOtlpStatus } from '../ingest/otlp-routes.ts';
import { RETRY_AFTER_SECONDS } from '../ingest/outcome.ts';

const RPC_CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 404: 5, 405: 12, 429: 8, 503: 14 };
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};

/** Answers every error in the format of the route: a `google.rpc.Status` on OTLP paths, problem+json elsewhere. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const isFull = isDiskFull(error);
    const status = isFull ? 507 : (error.statusCode ?? 500);
    // A client that disconnects during its body is not a failure and must not fill the log.
    if (error.code !== 'ECONNRESET' && status >= 500 && status !== 503) {
      // Logs the pattern and never the path, which contains ids and filters.
      request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    }
    if (error instanceof AccessError && error.retryAfterMs !== undefined) {
      // Makes every further guess of a token open a new connection.
      reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000)).header('connection', 'close');
    }
    const detail = isFull
      ? 'the disk of the collector is full: free some space, and then send the request again'
      : status === 500
        ? 'internal error; the collector’s log has the cause'
        : error.message;
    return sendProblem(request, reply, status, detail);
  });
}

/** Whether the error or one of its causes says that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 5;
    cause = cause.cause, depth += 1
  ) {
    const code = 'code' in cause ? cause.code : undefined;
    if (
      code === 'ENOSPC' ||
      code === 'EDQUOT' ||
      /NOT_ENOUGH_SPACE|No space left on device/.test(cause.message)
    ) {
      return true;
    }
  }
  return false;
}

/** Sends a problem by RFC 9457, or in the format of OTLP. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  detail: string,
): FastifyReply {
  if (status === 401) {
    reply.header('www-authenticate', 'Bearer realm="userspan"');
  }
  if ((status === 429 || status === 503) && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', RETRY_AFTER_SECONDS);
  }
  if (isOtlpUrl(request.url)) {
    const isProtobuf = /protobuf/.test(request.headers['content-type'] ?? '');
    return sendOtlpStatus(reply, isProtobuf, status, RPC_CODES[status] ?? (status >= 500 ? 13 : 3), detail);
  }
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail });
}
