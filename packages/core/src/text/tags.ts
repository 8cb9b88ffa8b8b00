import { warnOnce } from '../process/warn-once.ts';
import { toWellFormed } from './well-formed.ts';

const MAX_TAGS = 32;
const MAX_TAG_LENGTH = 256;

/** Checks tags: texts, each once, in the order given; what is none is dropped with one warning. Undefined for none. */
export function toTags(tags: unknown): string[] | undefined {
  if (tags === undefined || tags === null) return undefined;
  const kept = new Set<string>();
  let isWhole = isList(tags);
  for (const tag of isList(tags) ? tags : []) {
    if (
      typeof tag !== 'string' ||
      tag.length === 0 ||
      tag.length > MAX_TAG_LENGTH ||
      kept.size === MAX_TAGS
    ) {
      isWhole = false;
      continue;
    }
    kept.add(toWellFormed(tag));
  }
  if (!isWhole) {
    warnOnce(
      'tags',
      `tags are a list of at most ${MAX_TAGS} texts of ${MAX_TAG_LENGTH} characters; others are dropped.`,
    );
  }
  return kept.size === 0 ? undefined : [...kept];
}

/** `Array.isArray` throws for a revoked proxy. */
function isList(tags: unknown): tags is readonly unknown[] {
  try {
    return Array.isArray(tags);
  } catch {
    return false;
  }
}
