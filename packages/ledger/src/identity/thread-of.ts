import { NameIndex } from '../reading/name-index.ts';
import { IDENTITY_DIALECTS } from '../dialects/all.ts';
import { own, readObject, readTexts } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import { checkId } from './check-id.ts';

/** The attributes that name a thread, in all dialects. */
export const THREAD_KEYS: readonly string[] = IDENTITY_DIALECTS.flatMap((dialect) => dialect.threadKeys);

const THREADS = new NameIndex({
  id: THREAD_KEYS,
  metadata: IDENTITY_DIALECTS.flatMap((dialect) => dialect.metadataKeys),
});
const TAGS = new NameIndex({ tags: IDENTITY_DIALECTS.flatMap((dialect) => dialect.tagKeys) });
const NONE: readonly string[] = [];
const METADATA_THREAD_KEYS = ['thread_id', 'threadId', 'session_id', 'sessionId', 'conversation_id'];
/** Maximum number of tags that are read from one span. */
const MAX_TAGS = 64;

/** The thread that a span itself names. An id that is too long is ignored and not shortened. */
export function threadOf(attributes: Attributes): string | undefined {
  const { id = NONE, metadata: maps = NONE } = THREADS.namesByField(attributes);
  for (const key of id) {
    const checked = checkId(own(attributes, key), key);
    if (checked !== undefined && 'id' in checked) return checked.id;
  }
  for (const key of maps) {
    const metadata = readObject(attributes, key);
    if (metadata === undefined) continue;
    for (const name of METADATA_THREAD_KEYS) {
      const checked = checkId(own(metadata, name), name);
      if (checked !== undefined && 'id' in checked) return checked.id;
    }
  }
  return undefined;
}

/** The tags of a span, each once, in their original order. */
export function tagsOf(attributes: Attributes): readonly string[] {
  const tags = new Set<string>();
  for (const key of TAGS.namesByField(attributes).tags ?? NONE) {
    for (const tag of readTexts(attributes, key)) {
      if (tags.size < MAX_TAGS) tags.add(tag);
    }
  }
  return [...tags];
}
