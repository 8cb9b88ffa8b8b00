import { preparedBody } from '../request/prepare-body.ts';
import { withEarlyBody } from './early-body.ts';
import type { Overlay } from './overlay.ts';
import { overlayMethod } from './overlay.ts';
import type { Patch } from './patch.ts';

type Method = (this: unknown, ...args: readonly unknown[]) => unknown;
type Resource = Partial<Record<string, Method>>;

/** The resources that send files. Their bodies are encoded before the client receives the request. */
export interface ClientResources {
  readonly images: Resource | undefined;
  readonly transcriptions: Resource | undefined;
  readonly translations: Resource | undefined;
  readonly videos: Resource | undefined;
  readonly files: Resource | undefined;
  readonly uploadParts: Resource | undefined;
  readonly containerFiles: Resource | undefined;
  readonly realtimeCalls: Resource | undefined;
}

/** The methods that send files, with the index of the argument with their fields. */
const METHODS: readonly (readonly [resource: keyof ClientResources, method: string, fieldsAt: number])[] = [
  ['images', 'edit', 0],
  ['images', 'createVariation', 0],
  ['transcriptions', 'create', 0],
  ['translations', 'create', 0],
  ['videos', 'create', 0],
  ['videos', 'edit', 0],
  ['videos', 'extend', 0],
  ['videos', 'remix', 1],
  // Not recorded, but our fields must be removed. From openai 5 on, they could also be removed from the form, which
  // openai 4 has already encoded.
  ['files', 'create', 0],
  ['uploadParts', 'create', 1],
  ['containerFiles', 'create', 1],
  ['realtimeCalls', 'create', 0],
];

/** Reads the fields of multipart requests while they are an object, and removes ours from a copy. */
export function patchMultipart(resources: ClientResources, patch: Patch): readonly Overlay[] {
  return METHODS.flatMap(([name, method, fieldsAt]) => {
    const resource = resources[name];
    const overlay =
      resource && overlayMethod(resource, method, (original) => earlyMethod(original, patch, fieldsAt));
    return overlay ?? [];
  });
}

function earlyMethod(original: Method, patch: Patch, fieldsAt: number): Method {
  return function method(this: unknown, ...args: readonly unknown[]): unknown {
    if (!patch.recorder.isEnabled) return original.apply(this, [...args]);
    const fields = args[fieldsAt];
    const prepared = preparedBody(fields, false);
    const sent = prepared === undefined ? [...args] : args.with(fieldsAt, prepared.body);
    return withEarlyBody({ fields }, () => original.apply(this, sent));
  };
}
