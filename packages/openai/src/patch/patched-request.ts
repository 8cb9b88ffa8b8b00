import { patchedAsResponse } from './as-response.ts';
import type { ApiPromise, ParseResponse, Request } from './client-internals.ts';
import type { Overlay } from './overlay.ts';
import { overlayMethod } from './overlay.ts';
import { patchedParse } from './patched-parse.ts';

/**
 * In openai 4 to 6, each promise has its own parser, and derived promises (`_thenUnwrap`) use this parser when they are
 * awaited. So the parser is replaced before the caller gets the promise, which itself is not replaced.
 */
export function patchedRequest(original: Request, isParserOnPromise: boolean, overlays: Overlay[]): Request {
  const seen = new WeakSet<object>();
  let last: object | undefined;
  // Cache, because nearly all promises have the same parser.
  let lastParser: ParseResponse | undefined;
  let lastPatched: ParseResponse | undefined;
  return function request(this, options, retries) {
    const promise = original.call(this, options, retries);
    if (isParserOnPromise && typeof promise.parseResponse === 'function') {
      if (promise.parseResponse !== lastParser || lastPatched === undefined) {
        lastParser = promise.parseResponse;
        lastPatched = patchedParse(lastParser);
      }
      promise.parseResponse = lastPatched;
    }
    const prototype = Object.getPrototypeOf(promise) as ApiPromise;
    if (prototype === last) return promise;
    last = prototype;
    if (!seen.has(prototype)) {
      seen.add(prototype);
      const overlay = overlayMethod(prototype, 'asResponse', patchedAsResponse);
      if (overlay !== undefined) overlays.push(overlay);
    }
    return promise;
  };
}
