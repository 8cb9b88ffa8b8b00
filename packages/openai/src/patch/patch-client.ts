import { readPricesSoon } from '../call/cost-of-call.ts';
import { markPatched } from '../load/missed-requests.ts';
import type { ClientMethods } from './client-internals.ts';
import { enterContextOnce } from './enter-context.ts';
import type { Overlay } from './overlay.ts';
import { overlayMethod } from './overlay.ts';
import type { Patch } from './patch.ts';
import { patchedMakeRequest } from './patched-make-request.ts';
import { patchedParseWithTimeout } from './patched-parse.ts';
import { patchedRequest } from './patched-request.ts';
import type { ClientResources } from './patch-multipart.ts';
import { patchMultipart } from './patch-multipart.ts';

/** The objects with a client's methods: three prototypes of a class, or a single client. */
export interface PatchTarget {
  readonly makeRequest: ClientMethods;
  readonly parse: ClientMethods;
  readonly resources: ClientResources;
}

/** Applies all patches to a target. Returns undefined and changes nothing if it is not a known kind of client. */
export function patchClient(target: PatchTarget, patch: Patch): readonly Overlay[] | undefined {
  const makeRequest = overlayMethod(target.makeRequest, 'makeRequest', (original) =>
    patchedMakeRequest(original, patch),
  );
  if (makeRequest === undefined) return undefined;
  markPatched();
  enterContextOnce();
  readPricesSoon();
  const overlays = [makeRequest, ...patchMultipart(target.resources, patch)];
  const parse = overlayMethod(target.parse, 'parseResponseWithTimeout', patchedParseWithTimeout);
  if (parse !== undefined) overlays.push(parse);
  const request = overlayMethod(target.parse, 'request', (original) =>
    patchedRequest(original, parse === undefined, overlays),
  );
  if (request !== undefined) overlays.push(request);
  // In openai 7, the parser above also handles lists.
  const list =
    parse === undefined
      ? overlayMethod(target.parse, 'requestAPIList', (original) => patchedRequest(original, true, overlays))
      : undefined;
  if (list !== undefined) overlays.push(list);
  return overlays;
}
