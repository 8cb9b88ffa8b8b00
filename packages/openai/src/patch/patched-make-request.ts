import type { Context, Span } from '@opentelemetry/api';
import { context, diag, trace } from '@opentelemetry/api';

import { Call } from '../call/call.ts';
import { endpointOf, isOpenAIPath } from '../call/endpoint.ts';
import { withoutOwnFields } from '../call/prepare-body.ts';
import { waitingCallOf } from '../call/waiting-calls.ts';
import { startCall } from '../call/start-call.ts';
import { claimantOf, claimRequest } from './claimed-requests.ts';
import type { Client, MakeRequest, RequestOptions, ResponseProps } from './client-internals.ts';
import type { EarlyBody } from './early-body.ts';
import { takeEarlyBody } from './early-body.ts';
import type { Patch } from './patch.ts';

const polls = new WeakMap<RequestOptions, Call>();
const callsBySpan = new WeakMap<Span, Call>();

/** The call that a request belongs to; undefined for one that is not recorded, or by somebody else. */
export function callOfRequest(options: RequestOptions | undefined): Call | undefined {
  const claimant = options === undefined ? undefined : claimantOf(options);
  return claimant instanceof Call ? claimant : undefined;
}

/** The call whose response in the background a request asks after. */
export function callOfPoll(options: RequestOptions | undefined): Call | undefined {
  return options === undefined ? undefined : polls.get(options);
}

/**
 * Records each logical request that passes `makeRequest`, the one method that every call of every version goes through:
 * plain, streamed, parsed by a helper, or made with `client.post`.
 *
 * The library calls it again for a retry, with the same options object. The promise it returns is passed on by the
 * library as it is, so there is one promise with one outcome, as without us.
 */
export function patchedMakeRequest(original: MakeRequest, patch: Patch): MakeRequest {
  return function makeRequest(this: Client, options, retries, logID): Promise<ResponseProps> {
    const early = takeEarlyBody();
    if (!patch.recorder.isEnabled) {
      const sent =
        options instanceof Promise ? options.then(withoutOurs) : withoutOurs(options as RequestOptions);
      return original.call(this, sent, retries, logID);
    }
    return observedRequest(original, patch, this, options, retries, logID, context.active(), early);
  };
}

async function observedRequest(
  original: MakeRequest,
  patch: Patch,
  client: Client,
  input: RequestOptions | PromiseLike<RequestOptions>,
  retries: unknown,
  logID: unknown,
  active: Context,
  early: EarlyBody | undefined,
): Promise<ResponseProps> {
  const options = await input;
  const claimant = claimantOf(options) ?? replayedCall(options, active);
  if (claimant !== undefined) {
    // Somebody else's, or an instance's patch around the class's: only the outer one counts.
    if (!(claimant instanceof Call) || claimant.patch !== patch)
      return original.call(client, options, retries, logID);
    const retried = claimant;
    retried.countAttempt();
    return context.with(retried.start.context, original, client, options, retries, logID);
  }
  const call = tryStart(patch, client, options, active, early);
  if (call === undefined) {
    const sent = withoutOurs(options);
    const polled = sent === options ? undefined : polls.get(options);
    if (polled !== undefined) polls.set(sent, polled);
    return original.call(client, sent, retries, logID);
  }

  let props: ResponseProps;
  try {
    call.countAttempt();
    props = await context.with(call.start.context, original, client, call.start.options, retries, logID);
  } catch (error) {
    call.fail(error);
    throw error;
  }
  if (!call.isWatched) return props;
  call.answered();
  return props;
}

/** Takes our fields out of a request that is not recorded. */
function withoutOurs(options: RequestOptions): RequestOptions {
  return withoutOwnFields(options, isOpenAIPath(options.path));
}

/** A token that expired makes the library repeat the request with a copy of its options, inside the first attempt. */
function replayedCall(options: RequestOptions, active: Context): Call | undefined {
  if (options.__metadata?.['workloadIdentityTokenRefreshed'] !== true) return undefined;
  const span = trace.getSpan(active);
  const call = span && callsBySpan.get(span);
  if (call !== undefined) claimRequest(options, call);
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
    const polled = waitingCallOf(options.path, options.method);
    if (polled !== undefined) {
      polls.set(options, polled);
      return undefined;
    }
    const endpoint = endpointOf(options);
    if (endpoint === undefined) return undefined;
    const { recorder, clientUser } = patch;
    const call = startCall({ recorder, client, options, endpoint, context: active, early, clientUser });
    call.patch = patch;
    claimRequest(call.start.options, call);
    if (client._workloadIdentityAuth !== undefined) callsBySpan.set(call.start.span, call);
    return call;
  } catch (error) {
    diag.warn('@userspan/openai: a call could not be recorded', error);
    return undefined;
  }
}
