import type { ClientMethods } from './client-internals.ts';
import type { ClientResources } from './patch-multipart.ts';
import type { PatchTarget } from './patch-client.ts';
import { ownerOf } from './overlay.ts';

type Holder = Readonly<Record<string, unknown>>;

/** The `OpenAI` class in a value: the class itself, its module, or the namespace of `import *`. */
export function openAIClassOf(value: unknown): Holder | undefined {
  for (const candidate of candidatesIn(value)) {
    if (isClientClass(candidate)) return candidate as Holder;
  }
  return undefined;
}

/** The prototypes that have the methods. In openai 4, some belong to a base class. */
export function classTarget(OpenAI: Holder): PatchTarget {
  const prototype = OpenAI['prototype'] as object;
  const audio = member(OpenAI, 'Audio');
  return {
    makeRequest: ownerOf(prototype, 'makeRequest') ?? prototype,
    parse: ownerOf(prototype, 'request') ?? prototype,
    resources: {
      images: prototypeOf(member(OpenAI, 'Images')),
      transcriptions: prototypeOf(member(audio, 'Transcriptions')),
      translations: prototypeOf(member(audio, 'Translations')),
      videos: prototypeOf(member(OpenAI, 'Videos')),
      files: prototypeOf(member(OpenAI, 'Files')),
      uploadParts: prototypeOf(member(member(OpenAI, 'Uploads'), 'Parts')),
      containerFiles: prototypeOf(member(member(OpenAI, 'Containers'), 'Files')),
      realtimeCalls: prototypeOf(member(member(OpenAI, 'Realtime'), 'Calls')),
    },
  };
}

/** One client with its resources. */
export function clientTarget(client: object): PatchTarget {
  const audio = member(client, 'audio');
  return {
    makeRequest: client,
    parse: client,
    resources: {
      images: member(client, 'images') as ClientResources['images'],
      transcriptions: member(audio, 'transcriptions') as ClientResources['transcriptions'],
      translations: member(audio, 'translations') as ClientResources['translations'],
      videos: member(client, 'videos') as ClientResources['videos'],
      files: member(client, 'files') as ClientResources['files'],
      uploadParts: member(member(client, 'uploads'), 'parts') as ClientResources['uploadParts'],
      containerFiles: member(member(client, 'containers'), 'files') as ClientResources['containerFiles'],
      realtimeCalls: member(member(client, 'realtime'), 'calls') as ClientResources['realtimeCalls'],
    },
  };
}

function candidatesIn(value: unknown): readonly unknown[] {
  const named = member(value, 'OpenAI');
  const byDefault = member(value, 'default');
  return [value, named, byDefault, member(byDefault, 'OpenAI'), member(byDefault, 'default')];
}

function isClientClass(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  const prototype: unknown = value.prototype;
  return (
    typeof prototype === 'object' &&
    prototype !== null &&
    typeof (prototype as ClientMethods).makeRequest === 'function'
  );
}

function member(holder: unknown, name: string): unknown {
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) return undefined;
  return (holder as Holder)[name];
}

function prototypeOf(value: unknown): ClientResources['images'] {
  return typeof value === 'function' ? (value.prototype as ClientResources['images']) : undefined;
}
