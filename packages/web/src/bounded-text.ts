import { warnOnce } from './warn.ts';
import { toWellFormed } from './well-formed.ts';

/** Maximum length of a message, comment or JSON value, in UTF-16 units. */
const MAX_LENGTH = 8192;

/** A well-formed string, shortened to the maximum length. */
export function boundedText(value: unknown): string {
  return toWellFormed(String(value).slice(0, MAX_LENGTH));
}

/** A value as JSON; `undefined` if it has no JSON or is too long. */
export function boundedJson(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    const json = JSON.stringify(value, (_, each: unknown) =>
      typeof each === 'bigint' ? String(each) : each,
    );
    if (json.length <= MAX_LENGTH) return toWellFormed(json);
  } catch {
    // A circular value, or a getter that throws.
  }
  warnOnce('a value that is no JSON, or more than 8,192 characters of it, is dropped.');
  return undefined;
}

/** The valid tags, each once; `undefined` for none. */
export function boundedTags(...lists: readonly (readonly string[] | undefined)[]): string[] | undefined {
  const tags = new Set<string>();
  for (const tag of lists.flatMap((list) => list ?? [])) {
    if (typeof tag === 'string' && tag !== '' && tags.size < 32) tags.add(toWellFormed(tag.slice(0, 128)));
  }
  return tags.size === 0 ? undefined : [...tags];
}
