import { prepareBody } from '../call/prepare-body.ts';
import { withEarlyBody } from './early-body.ts';
import type { Overlay } from './overlay.ts';
import { overlayMethod } from './overlay.ts';
import type { Patch } from './patch.ts';

type Method = (this: unknown, ...args: readonly unknown[]) => unknown;
type Resource = Partial<Record<string, Method>>;

/** The resources that send files: their bodies are encoded before the client sees the request. */
export interface ClientResources {
  readonly images: Resource | undefined;
  readonly transcriptions: Resource | undefined;
  readonly translations: Resource | undefined;
}

/** Reads the fields of multipart requests where they are still an object, and takes ours out of a copy. */
export function patchMultipart(resources: ClientResources, patch: Patch): readonly Overlay[] {
  const wrap = (original: Method): Method => earlyMethod(original, patch);
  const { images, transcriptions, translations } = resources;
  return [
    images && overlayMethod(images, 'edit', wrap),
    images && overlayMethod(images, 'createVariation', wrap),
    transcriptions && overlayMethod(transcriptions, 'create', wrap),
    translations && overlayMethod(translations, 'create', wrap),
  ].filter((overlay) => overlay !== undefined);
}

function earlyMethod(original: Method, patch: Patch): Method {
  return function method(this: unknown, ...args: readonly unknown[]): unknown {
    if (!patch.recorder.isEnabled) return original.apply(this, [...args]);
    const [fields, ...rest] = args;
    const { body } = prepareBody(fields, false);
    return withEarlyBody({ fields }, () => original.call(this, body, ...rest));
  };
}
