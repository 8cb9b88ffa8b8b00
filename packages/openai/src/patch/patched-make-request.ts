import type { Context, Span } from '@opentelemetry/api';
import { context, diag, trace } from '@opentelemetry/api';

import type { Call } from '../call/call.ts';
import { waitingCallOf } from '../call/background-responses.ts';
import { endpointOf } from '../call/endpoint.ts';
import { startCall } from '../call/start-call.ts';
import { claimRequest, isRequestClaimed } from './claimed-requests.ts';
import type { Client, MakeRequest, RequestOptions, ResponseProps } from './client-internals.ts';
import type { EarlyBody } from './early-body.ts';
import { takeEarlyBody } from './early-body.ts';
import type { Patch } from './patch.ts';

const calls = new WeakMap<RequestOptions, Call>();
const polls = new WeakMap<RequestOptions, Call>();
const callsByResponse = new WeakMap<object, Call>();
const callsBySpan = new WeakMap<Span, Call>();

/** The call that a request belongs to, by the options object that the library carries through it. */
export function callOfRequest(options: RequestOptions | undefined): Call | undefined {
  return options === undefined ? undefined : calls.get(options);
}

/** The call whose response in the background a request asks after. */
export function callOfPoll(options: RequestOptions | undefined): Call | undefined {
  return options === undefined ? undefined : polls.get(options);
}

/** The call that a response answers. */
export function callOfResponse(response: object): Call | undefined {
  return callsByResponse.get(response);
}

/**
 * Records each logical request that passes `makeRequest`, the one method that every call of every version goes through:
 * plain, streamed, parsed by a helper, or made with `client.post`.
 *
 * The library calls it again for a retry, with the same options object. The promise it returns is passed on by the
 * library as it is, so there is one promise with one outcome, as without us.
 */
export function patchedMakeRequest(original: MakeRequest, patch: Patch): MakeRequest {
  return function makeRequest(this: Client, options, ...rest): Promise<ResponseProps> {
    const early = takeEarlyBody();
    if (!patch.recorder.isEnabled) return original.call(this, options, ...rest);
    return observedRequest(original, patch, this, options, rest, context.active(), early);
  };
}

async function observedRequest(
  original: MakeRequest,
  patch: Patch,
  client: Client,
  input: RequestOptions | PromiseLike<RequestOptions>,
  rest: readonly unknown[],
  active: Context,
  early: EarlyBody | undefined,
): Promise<ResponseProps> {
  const options = await input;
  const retried = calls.get(options) ?? replayedCall(options, active);
  if (retried !== undefined && retried.patch === patch) {
    retried.countAttempt();
    return context.with(retried.start.context, original, client, options, ...rest);
  }
  const call = isRequestClaimed(options) ? undefined : tryStart(patch, client, options, active, early);
  if (call === undefined) return original.call(client, options, ...rest);

  let props: ResponseProps;
  try {
    call.countAttempt();
    props = await context.with(call.start.context, original, client, call.start.options, ...rest);
  } catch (error) {
    call.fail(error);
    throw error;
  }
  if (!call.isWatched) return props;
  call.answered();
  callsByResponse.set(props.response, call);
  return props;
}

/** A token that expired makes the library repeat the request with a copy of its options, inside the first attempt. */
function replayedCall(options: RequestOptions, active: Context): Call | undefined {
  if (options.__metadata?.['workloadIdentityTokenRefreshed'] !== true) return undefined;
  const span = trace.getSpan(active);
  const call = span && callsBySpan.get(span);
  if (call !== undefined) calls.set(options, call);
  return call;
}

/** Starts a call where the request is one. What goes wrong in here must not reach the caller. */
function tryStart(
  patch: Patch,
  client: Client,
  options: RequestOptions,
  active: Context,
  early: EarlyBody | undefined,
): Call | undefined {
  try {
    const endpoint = endpointOf(options);
    if (endpoint === undefined) {
      const polled = waitingCallOf(options.path);
      if (polled !== undefined) polls.set(options, polled);
      return undefined;
    }
    const { recorder, clientUser } = patch;
    const call = startCall({ recorder, client, options, endpoint, context: active, early, clientUser });
    call.patch = patch;
    calls.set(call.start.options, call);
    callsBySpan.set(call.start.span, call);
    claimRequest(call.start.options);
    return call;
  } catch (error) {
    diag.warn('@userspan/openai: a call could not be recorded', error);
    return undefined;
  }
}
