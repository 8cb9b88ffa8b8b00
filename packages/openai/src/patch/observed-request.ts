import type { Context, Span } from '@opentelemetry/api';
import { context, diag } from '@opentelemetry/api';
import { currentSpan } from '@userspan/core/internal';

import { Call, waitingCalls } from '../call/call.ts';
import { claimantOf, claimRequest, releaseRequest } from '../call/claimed-requests.ts';
import { endpointOf, isOpenAIPath } from '../endpoints/endpoint-of-request.ts';
import { withoutOwnFields } from '../request/prepare-body.ts';
import { startCall } from '../call/start-call.ts';
import type { Client, MakeRequest, RequestOptions, ResponseProps } from './client-internals.ts';
import type { EarlyBody } from './early-body.ts';
import { withContext } from './enter-context.ts';
import type { Patch } from './patch.ts';

/** The call on what `makeRequest` resolves to: an object that the library passes to its parsers only. */
const CALL: unique symbol = Symbol('userspan.call');

interface ObservedProps extends ResponseProps {
  [CALL]?: Call;
}

const polls = new WeakMap<RequestOptions, Call>();
const callsBySpan = new WeakMap<Span, Call>();

/** The call that a response belongs to; undefined for one that is not recorded, or by another instrumentation. */
export function callOfResponse(props: Partial<ObservedProps> | undefined): Call | undefined {
  return props?.[CALL];
}

/** The call whose response in the background a request asks after. */
export function callOfPoll(options: RequestOptions | undefined): Call | undefined {
  return options === undefined ? undefined : polls.get(options);
}

/**
 * One pass of a request through `makeRequest`, with the call that it starts, or none.
 *
 * The library hands over its options as a promise. The request goes out at once, as without us, with a promise of our
 * options in their place and in a context that the span enters when it starts. So a request costs two promises more, and
 * no async function.
 */
export class ObservedRequest {
  readonly patch: Patch;
  readonly client: Client;
  /** The context that the caller was in. */
  readonly context: Context;
  readonly early: EarlyBody | undefined;
  /** The call that this pass is an attempt of. */
  #attempted: Call | undefined;
  /** The same, where this is its first attempt, whose promise settles after those of all others. */
  #started: Call | undefined;

  constructor(patch: Patch, client: Client, early: EarlyBody | undefined) {
    this.patch = patch;
    this.client = client;
    this.context = context.active();
    this.early = early;
  }

  /** Sends a request whose options are still a promise. */
  sendPromised(
    original: MakeRequest,
    input: PromiseLike<RequestOptions>,
    retries: unknown,
    logID: unknown,
  ): Promise<ResponseProps> {
    const own = new LateContext(this.context);
    const options = input.then((known) => {
      const sent = this.#start(known);
      if (this.#attempted !== undefined) own.become(this.#attempted.start.context);
      return sent;
    });
    // With a closure instead of arguments, the API and its context manager make no lists of them and bind nothing.
    const { client } = this;
    const send = (): Promise<ResponseProps> => original.call(client, options, retries, logID);
    return this.#follow(withContext(own, this.context, send));
  }

  /** Sends a request whose options are known: a retry, or one made with `client.request`. */
  send(
    original: MakeRequest,
    options: RequestOptions,
    retries: unknown,
    logID: unknown,
  ): Promise<ResponseProps> {
    const sent = this.#start(options);
    const call = this.#attempted;
    if (call === undefined) return original.call(this.client, sent, retries, logID);
    if (this.#started === undefined) {
      return context.with(call.start.context, original, this.client, sent, retries, logID);
    }
    try {
      return this.#follow(context.with(call.start.context, original, this.client, sent, retries, logID));
    } catch (error) {
      call.fail(error);
      throw error;
    }
  }

  /** Starts the call, where the options are those of a new one that is ours to record; gives the options to be sent. */
  #start(options: RequestOptions): RequestOptions {
    const claimant = claimantOf(options) ?? replayedCall(options, this.context);
    if (claimant !== undefined) {
      // Of another instrumentation, or of a client's patch around the class's: only the outer one counts.
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

  /** The promise that the library gets in place of the original's, with the same outcome. */
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

  /** Starts a call where the request is one. What goes wrong in here must not reach the caller. */
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

/** Takes our fields out of a request that is not recorded. */
export function withoutOurFields(options: RequestOptions): RequestOptions {
  return withoutOwnFields(options, isOpenAIPath(options.path));
}

/** A context that is entered before its content is known. */
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

/** A token that expired makes the library repeat the request with a copy of its options, inside the first attempt. */
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
