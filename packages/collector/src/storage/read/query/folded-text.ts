/** Letters that no normalization takes apart, and what people type for them. */
const LETTERS = 'łøđħıŧðς';
const TYPED = 'lodhitdσ';

/**
 * An expression for a text as a search compares it: without case, accents and the difference between full and half
 * width; `ß` is `ss`, and the Turkish `İ` and `ı` are `i`.
 *
 * Most texts are ASCII, for which that is lower case: the rest is worked out for the others only.
 */
export function folded(text: string): string {
  const bare = `replaceRegexpAll(lowerUTF8(normalizeUTF8NFKD(${text})), '\\\\p{Mn}', '')`;
  const letters = `translateUTF8(${bare}, '${LETTERS}', '${TYPED}')`;
  const spelled = `replaceAll(replaceAll(replaceAll(replaceAll(${letters}, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')`;
  return `if(length(${text}) = lengthUTF8(${text}), lower(${text}), ${spelled})`;
}

/** Whether a text contains another, which {@link folded} was applied to already. */
export function containsFolded(text: string, sought: string): string {
  return `position(${folded(text)}, ${sought}) > 0`;
}
