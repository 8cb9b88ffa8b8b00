import type { Span } from '@opentelemetry/api';
import { context, SpanKind, trace } from '@opentelemetry/api';
import type { UserProps } from '@userspan/core';
import { identify } from '@userspan/core';
import { warnOnce } from '@userspan/core/internal';

/** Who a request is for. */
export interface Requester {
  readonly id: string | number | bigint;
  readonly props?: UserProps;
}

/**
 * What a resolver may return: a user, `null` for no user, or `undefined` for "no idea", which changes nothing; so do the
 * other values that `session.user && { … }` may have.
 */
export type RequesterAnswer = Requester | null | undefined | false | '' | 0;

/** Finds out who a request is for, from what the app already knows: a session, a verified token. */
export type FindRequester<Request> = (request: Request) => RequesterAnswer | PromiseLike<RequesterAnswer>;

/**
 * Goes on with a request as the one it is for.
 *
 * A resolver that throws or rejects makes no request fail: it goes on as it would have without us, and one warning is
 * said. When the answer is there at once, the request goes on at once.
 *
 * @param emitters objects of this request alone (`req`, `res`), whose later listeners are to run as the user, too.
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
  // The server span, and what starts where the scope below cannot reach. Never on another kind of span: a process may
  // have one that all requests share.
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
