import { endWhenDropped } from '../call/open-calls.ts';
import { observeResponse } from '../response/observe-response.ts';
import type { ApiPromise, FetchResponse, ResponseProps } from './client-internals.ts';
import { callOfPoll, callOfResponse } from './observed-request.ts';

type AsResponse = NonNullable<ApiPromise['asResponse']>;

/** Patches `asResponse`. A caller who gets the response may read it directly, instead of the library or in parallel. */
export function patchedAsResponse(original: AsResponse): AsResponse {
  return function asResponse(this) {
    return this.responsePromise === undefined
      ? original.call(this)
      : this.responsePromise.then((props) => observeAsked(props, this));
  };
}

function observeAsked(props: ResponseProps, promise: ApiPromise): FetchResponse {
  const { response } = props;
  const call = callOfResponse(props);
  if (call === undefined) return observePoll(props);
  if (!call.isWatched || call.isEnded) return response;
  if (call.isOpenToReaders) {
    observeResponse(response, call, promise);
    endWhenDropped(response, call);
  } else if (call.isEventStream) observeResponse(response, call, promise);
  return response;
}

/** Observes the answer of a poll of a background job that the caller reads directly. The job waits until it is complete. */
function observePoll({ response, options }: ResponseProps): FetchResponse {
  const call = callOfPoll(options);
  if (call === undefined || !call.isOpenToReaders) return response;
  call.isEventStream = options.stream === true;
  observeResponse(response, call);
  return response;
}
