import { warnOnce } from '@userspan/core/internal';

// In unicode mode a surrogate of a pair is no match: only lone ones are.
const LONE_SURROGATES = /\p{Surrogate}/gu;
const MAX_TAGS = 32;
const MAX_TAG_LENGTH = 256;

/** The tags said on a call: strings, well-formed and bounded; undefined without any. */
export function toTags(said: unknown): string[] | undefined {
  if (said === undefined || said === null) return undefined;
  const tags: string[] = [];
  let isDropped = !Array.isArray(said);
  for (const tag of Array.isArray(said) ? (said as unknown[]) : []) {
    if (typeof tag === 'string' && tag !== '' && tag.length <= MAX_TAG_LENGTH && tags.length < MAX_TAGS) {
      tags.push(tag.replaceAll(LONE_SURROGATES, '\uFFFD'));
    } else {
      isDropped = true;
    }
  }
  if (isDropped) {
    warnOnce(
      'tags',
      `tags are at most ${MAX_TAGS} texts of at most ${MAX_TAG_LENGTH} characters; others are dropped.`,
    );
  }
  return tags.length > 0 ? tags : undefined;
}
