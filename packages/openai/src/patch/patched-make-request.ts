import type { Client, MakeRequest, RequestOptions, ResponseProps } from './client-internals.ts';
import { takeEarlyBody } from './early-body.ts';
import { ObservedRequest, withoutOurFields } from './observed-request.ts';
import type { Patch } from './patch.ts';

/**
 * Records each logical request in `makeRequest`, which every call in every version uses: plain, streamed, parsed by a
 * helper, or sent with `client.post`.
 *
 * For a retry, the library calls it again with the same options object. The library passes the returned promise on
 * unchanged, so there is one promise with one outcome, as without us.
 */
export function patchedMakeRequest(original: MakeRequest, patch: Patch): MakeRequest {
  return function makeRequest(this: Client, input, retries, logID): Promise<ResponseProps> {
    const early = takeEarlyBody();
    const isPromised = isPromiseLike(input);
    if (!patch.recorder.isEnabled) {
      const sent = isPromised ? input.then(withoutOurFields) : withoutOurFields(input);
      return original.call(this, sent, retries, logID);
    }
    const request = new ObservedRequest(patch, this, early);
    return isPromised
      ? request.sendPromised(original, input, retries, logID)
      : request.send(original, input, retries, logID, false);
  };
}

function isPromiseLike(
  input: RequestOptions | PromiseLike<RequestOptions>,
): input is PromiseLike<RequestOptions> {
  return typeof (input as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
