import { warnOnce } from '../process/warn-once.ts';
import { toWellFormed } from './well-formed.ts';

/** Maximum number of tags of one call, run or message. */
const MAX_TAGS = 32;
/** Maximum length of a tag, in UTF-16 units. */
const MAX_TAG_LENGTH = 256;
/** Maximum number of items that are read. An array can have any length. */
const MAX_ITEMS = 1024;

/**
 * Checks tags: strings of 1 to 256 characters, at most 32, each once, in the given order.
 *
 * Anything else is dropped with one warning. Undefined where no tag is left. Never throws, whatever `tags` is.
 */
export function toTags(tags: unknown): string[] | undefined {
  if (tags === undefined || tags === null) return undefined;
  const kept = new Set<string>();
  if (!collectTags(tags, kept)) {
    warnOnce(
      'tags',
      `tags must be an array of at most ${MAX_TAGS} strings of at most ${MAX_TAG_LENGTH} characters; others are dropped.`,
    );
  }
  return kept.size === 0 ? undefined : [...kept];
}

/** Adds the valid tags to `kept` and returns whether all were valid. Stops at a proxy that throws. */
function collectTags(tags: unknown, kept: Set<string>): boolean {
  try {
    if (!Array.isArray(tags)) return false;
    const { length } = tags;
    let areAllValid = length <= MAX_ITEMS;
    for (let i = 0; i < Math.min(length, MAX_ITEMS); i += 1) {
      const tag: unknown = tags[i];
      if (isTag(tag) && (kept.size < MAX_TAGS || kept.has(toWellFormed(tag)))) kept.add(toWellFormed(tag));
      else areAllValid = false;
    }
    return areAllValid;
  } catch {
    return false;
  }
}

function isTag(tag: unknown): tag is string {
  return typeof tag === 'string' && tag.length > 0 && tag.length <= MAX_TAG_LENGTH;
}
