import { endWhenDropped } from '../call/open-calls.ts';
import { observeResponse } from '../response/observe-response.ts';
import type { ApiPromise, FetchResponse, ResponsePromise, ResponseProps } from './client-internals.ts';
import { callOfResponse } from './observed-request.ts';

type AsResponse = NonNullable<ApiPromise['asResponse']>;

/**
 * Patches `asResponse`. A caller who gets the response may read it directly, instead of the library or in parallel.
 * Other responses are not patched, because that would be a large part of the overhead of a stream.
 */
export function patchedAsResponse(original: AsResponse): AsResponse {
  return function asResponse(this) {
    return this.responsePromise === undefined
      ? original.call(this)
      : this.responsePromise.then((props) => observeAsked(props, this));
  };
}

/**
 * Patches the creation of promises in openai 7, where `withResponse` belongs to each promise and does not call
 * `asResponse`.
 */
export function patchedResponsePromise(original: ResponsePromise): ResponsePromise {
  return function responsePromise(this, request, parse) {
    const promise = original.call(this, request, parse);
    const { withResponse } = promise;
    if (withResponse !== undefined && Object.hasOwn(promise, 'withResponse')) {
      promise.withResponse = async function () {
        const answer = await withResponse.call(promise);
        observeAsked(await request, promise);
        return answer;
      };
    }
    return promise;
  };
}

function observeAsked(props: ResponseProps, promise: ApiPromise): FetchResponse {
  const { response } = props;
  const call = callOfResponse(props);
  if (call === undefined || !call.isWatched || call.isEnded) return response;
  if (call.isOpenToReaders) {
    observeResponse(response, call, promise);
    endWhenDropped(response, call);
  } else if (call.isEventStream) observeResponse(response, call, promise);
  return response;
}
