import type { Context, Span } from '@opentelemetry/api';
import { context, diag, ROOT_CONTEXT } from '@opentelemetry/api';
import { currentSpan } from '@userspan/core/internal';

import { Call, waitingCalls } from '../call/call.ts';
import { claimantOf, claimRequest, releaseRequest } from '../call/claimed-requests.ts';
import { endpointOf, isOpenAIPath } from '../endpoints/endpoint-of-request.ts';
import { withoutOwnFields } from '../request/prepare-body.ts';
import { startCall } from '../call/start-call.ts';
import type { Client, MakeRequest, RequestOptions, ResponseProps } from './client-internals.ts';
import type { EarlyBody } from './early-body.ts';
import { HAS_FRAMES } from './enter-context.ts';
import type { Patch } from './patch.ts';
import { isContextVisible, isRequestActive } from './visible-context.ts';

/** Property for the call on the result of `makeRequest`, an object that the library passes only to its parsers. */
const CALL: unique symbol = Symbol('userspan.call');

interface ObservedProps extends ResponseProps {
  [CALL]?: Call;
}

const polls = new WeakMap<RequestOptions, Call>();
const callsBySpan = new WeakMap<Span, Call>();

/** The call of a response; undefined if it is not recorded or recorded by another instrumentation. */
export function callOfResponse(props: Partial<ObservedProps> | undefined): Call | undefined {
  return props?.[CALL];
}

/** The call whose background response a request polls. */
export function callOfPoll(options: RequestOptions | undefined): Call | undefined {
  return options === undefined ? undefined : polls.get(options);
}

/**
 * One execution of `makeRequest`, with the call that it starts, if any. It needs two more promises and no async function,
 * because a context manager tracks each promise.
 */
export class ObservedRequest {
  readonly patch: Patch;
  readonly client: Client;
  /** The caller's context. */
  readonly context: Context;
  readonly early: EarlyBody | undefined;
  /** The call of which this is an attempt. */
  #attempted: Call | undefined;
  /** The same call, if this is its first attempt, whose promise settles after those of all others. */
  #started: Call | undefined;
  #visible: boolean | undefined;

  constructor(patch: Patch, client: Client, early: EarlyBody | undefined) {
    this.patch = patch;
    this.client = client;
    this.context = context.active();
    this.early = early;
  }

  /**
   * Sends a request whose options are still a promise.
   *
   * With async hooks, every promise is expensive. So a request whose context is entered starts immediately, as without us,
   * with a promise of our options instead, and in a context to which the span is added when it starts. With frames, or
   * without a context, it starts when the options are known, for which the library would wait, too.
   */
  sendPromised(
    original: MakeRequest,
    input: PromiseLike<RequestOptions>,
    retries: unknown,
    logID: unknown,
  ): Promise<ResponseProps> {
    if (HAS_FRAMES || !this.#isVisible(original)) {
      return Promise.resolve(input).then((options) => this.send(original, options, retries, logID, true));
    }
    const own = new LateContext(this.context);
    const options = input.then((known) => {
      const sent = this.#start(known);
      if (this.#attempted !== undefined) own.become(this.#attempted.start.context);
      return sent;
    });
    const { client } = this;
    // A closure instead of arguments, so that the API and its context manager create no argument lists and bind nothing.
    return this.#follow(context.with(own, () => original.call(client, options, retries, logID)));
  }

  /**
   * Sends a request whose options are known, such as a retry. `isInCallback` says that the caller is a callback of a
   * promise, and not the app.
   */
  send(
    original: MakeRequest,
    options: RequestOptions,
    retries: unknown,
    logID: unknown,
    isInCallback: boolean,
  ): Promise<ResponseProps> {
    const sent = this.#start(options);
    const call = this.#attempted;
    const { client } = this;
    if (call === undefined) return original.call(client, sent, retries, logID);
    const isEntered = this.#isVisible(original, sent);
    if (this.#started === undefined) {
      return isEntered
        ? enter(call, original, client, sent, retries, logID)
        : original.call(client, sent, retries, logID);
    }
    try {
      if (!isEntered) return this.#follow(original.call(client, sent, retries, logID));
      return this.#follow(
        isInCallback || !HAS_FRAMES
          ? enter(call, original, client, sent, retries, logID)
          : enterAfterCaller(call, original, client, sent, retries, logID),
      );
    } catch (error) {
      call.fail(error);
      throw error;
    }
  }

  /**
   * Whether anything can see the context of the request. Inside of a context, it is always entered, and also if a proxy or
   * a getter of the app throws when it is asked.
   */
  #isVisible(original: MakeRequest, sent?: RequestOptions): boolean {
    try {
      if (sent !== undefined && isRequestActive(sent)) return true;
      this.#visible ??= this.context !== ROOT_CONTEXT || isContextVisible(this.client, original);
      return this.#visible;
    } catch {
      return true;
    }
  }

  /** Starts a call if the options belong to a new request that this patch should record; returns the options to send. */
  #start(options: RequestOptions): RequestOptions {
    const claimant = claimantOf(options) ?? replayedCall(options, this.context);
    if (claimant !== undefined) {
      // Another instrumentation, or a client's patch around that of the class, already records it. Only the outer one
      // does.
      if (claimant instanceof Call && claimant.start.patch === this.patch) {
        this.#attempted = claimant;
        claimant.countAttempt();
      }
      return options;
    }
    const call = this.#tryStart(options);
    if (call === undefined) {
      const sent = withoutOurFields(options);
      const polled = sent === options ? undefined : polls.get(options);
      if (polled !== undefined) polls.set(sent, polled);
      return sent;
    }
    this.#attempted = call;
    this.#started = call;
    call.countAttempt();
    return call.start.options;
  }

  /** The promise that the library gets instead of the original one, with the same outcome. */
  #follow(answer: Promise<ResponseProps>): Promise<ResponseProps> {
    return answer.then(
      (props: ObservedProps) => {
        const call = this.#started;
        if (call === undefined) return props;
        if (call.isWatched) {
          props[CALL] = call;
          call.answered();
        } else {
          releaseRequest(call.start.options);
        }
        return props;
      },
      (error: unknown) => {
        this.#started?.fail(error);
        throw error;
      },
    );
  }

  /** Starts a call if the request is billed. Errors in here must not reach the caller. */
  #tryStart(options: RequestOptions): Call | undefined {
    try {
      const polled = waitingCalls.find(options.path, options.method);
      if (polled !== undefined) {
        polls.set(options, polled);
        return undefined;
      }
      const endpoint = endpointOf(options);
      if (endpoint === undefined) return undefined;
      const call = startCall(this, options, endpoint);
      claimRequest(call.start.options, call);
      if (this.client._workloadIdentityAuth !== undefined) callsBySpan.set(call.start.span, call);
      return call;
    } catch (error) {
      diag.warn('@userspan/openai: a call could not be recorded', error);
      return undefined;
    }
  }
}

/** Removes our fields from a request that is not recorded. */
export function withoutOurFields(options: RequestOptions): RequestOptions {
  return withoutOwnFields(options, isOpenAIPath(options.path));
}

/** Sends a request in the context of its call. Separate, because a function with a closure allocates more for every request. */
function enter(
  call: Call,
  original: MakeRequest,
  client: Client,
  options: RequestOptions,
  retries: unknown,
  logID: unknown,
): Promise<ResponseProps> {
  // A closure instead of arguments, so that the API and its context manager create no argument lists and bind nothing.
  return context.with(call.start.context, () => original.call(client, options, retries, logID));
}

/**
 * Sends a request in the context of its call when the caller's code has ended, which the library does not notice, because
 * it waits for its options.
 *
 * `AsyncLocalStorage.run` leaves an empty frame behind if the caller has none, and Node would then track each of the
 * caller's microtasks and timers, which costs half a kilobyte per request. After a callback of a promise, it restores the
 * caller's frame.
 */
function enterAfterCaller(...request: Parameters<typeof enter>): Promise<ResponseProps> {
  return Promise.resolve().then(() => enter(...request));
}

/** A context that is entered before its values are known. */
class LateContext implements Context {
  #inner: Context;

  constructor(outer: Context) {
    this.#inner = outer;
  }

  become(inner: Context): void {
    this.#inner = inner;
  }

  getValue(key: symbol): unknown {
    return this.#inner.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#inner.setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#inner.deleteValue(key);
  }
}

/**
 * The call that a repeated request belongs to. After a token expired, the library repeats the request inside the first
 * attempt with a copy of its options.
 */
function replayedCall(options: RequestOptions, active: Context): Call | undefined {
  if (options.__metadata?.['workloadIdentityTokenRefreshed'] !== true) return undefined;
  const span = currentSpan(active);
  const call = span && callsBySpan.get(span);
  if (call !== undefined && !call.isEnded) {
    call.isRequestRepeated = true;
    claimRequest(options, call);
  }
  return call;
}
