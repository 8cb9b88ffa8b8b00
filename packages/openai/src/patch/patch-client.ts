import type { ClientMethods } from './client-internals.ts';
import type { Overlay } from './overlay.ts';
import { overlayMethod } from './overlay.ts';
import type { Patch } from './patch.ts';
import { patchedMakeRequest } from './patched-make-request.ts';
import { patchedParse, patchedRequest } from './patched-parse.ts';
import type { ClientResources } from './patch-multipart.ts';
import { patchMultipart } from './patch-multipart.ts';

/** What of a client's methods is where: on three prototypes of a class, or all on one client. */
export interface PatchTarget {
  readonly makeRequest: ClientMethods;
  readonly parse: ClientMethods;
  readonly resources: ClientResources;
}

/** Puts every patch on a target; undefined, and nothing done, where it is not a client that we know. */
export function patchClient(target: PatchTarget, patch: Patch): readonly Overlay[] | undefined {
  const makeRequest = overlayMethod(target.makeRequest, 'makeRequest', (original) =>
    patchedMakeRequest(original, patch),
  );
  if (makeRequest === undefined) return undefined;
  const parse =
    overlayMethod(target.parse, 'parseResponseWithTimeout', patchedParse) ??
    overlayMethod(target.parse, 'request', patchedRequest);
  return [makeRequest, ...(parse === undefined ? [] : [parse]), ...patchMultipart(target.resources, patch)];
}
