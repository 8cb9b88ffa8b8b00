import type { Span } from '@opentelemetry/api';
import { context, SpanKind, trace } from '@opentelemetry/api';
import type { UserProps } from '@userspan/core';
import { identify } from '@userspan/core';
import { warnOnce } from '@userspan/core/internal';

/** The user of a request. */
export interface Requester {
  readonly id: string | number | bigint;
  readonly props?: UserProps;
}

/**
 * What a resolver may return: a user, `null` for no user, or `undefined` for unknown, which changes nothing. The other
 * values are possible results of `session.user && { … }` and count as unknown.
 */
export type RequesterAnswer = Requester | null | undefined | false | '' | 0;

/** Finds the user of a request from data that the app already has, such as a session or a verified token. */
export type FindRequester<Request> = (request: Request) => RequesterAnswer | PromiseLike<RequesterAnswer>;

/**
 * Continues a request as its user.
 *
 * If the resolver throws or rejects, the request continues as without us, and one warning is logged. If the answer is
 * synchronous, the request continues synchronously.
 *
 * @param emitters objects that belong to this request only (`req`, `res`), whose later listeners should also run as the
 * user.
 */
export function asRequester<Request, Result>(
  find: FindRequester<Request>,
  request: Request,
  emitters: readonly unknown[],
  proceed: () => Result,
): Result | Promise<Awaited<Result>> {
  let answer: ReturnType<FindRequester<Request>>;
  try {
    answer = find(request);
  } catch {
    warnResolver();
    return proceed();
  }
  if (!isThenable(answer)) return proceedAs(answer, emitters, proceed);
  return later(answer, emitters, proceed);
}

async function later<Result>(
  answer: PromiseLike<RequesterAnswer>,
  emitters: readonly unknown[],
  proceed: () => Result,
): Promise<Awaited<Result>> {
  let requester: RequesterAnswer;
  try {
    requester = await answer;
  } catch {
    warnResolver();
  }
  return await proceedAs(requester, emitters, proceed);
}

function proceedAs<Result>(
  requester: RequesterAnswer,
  emitters: readonly unknown[],
  proceed: () => Result,
): Result {
  if (typeof requester !== 'object') return proceed();
  const id = requester === null ? null : requester.id;
  const props = requester === null ? undefined : requester.props;
  // Sets the user on the server span, for spans that start outside of the scope below. Not on other kinds of spans,
  // because all requests of a process may share one.
  const span: (Span & { readonly kind?: unknown }) | undefined = trace.getActiveSpan();
  if (span?.kind === SpanKind.SERVER) identify(id, props);
  return identify(id, props, () => {
    for (const emitter of emitters) context.bind(context.active(), emitter);
    return proceed();
  });
}

function isThenable(answer: unknown): answer is PromiseLike<RequesterAnswer> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function';
}

function warnResolver(): void {
  warnOnce(
    'identify-request',
    'the function passed to identifyRequest() threw; the request continues without a user.',
  );
}
