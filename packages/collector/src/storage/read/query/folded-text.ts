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

/** The words of a search, as they were typed. */
export function wordsOf(q: string): readonly string[] {
  return [...new Set(q.split(/\s+/u).filter((word) => word !== ''))];
}

/**
 * Whether some texts together contain every word of a search, in whatever order: "Garcia Ana" finds "Ana García", and "ana acme"
 * the Ana of Acme.
 *
 * @param texts Expressions; they are put one below the other and {@link folded} once, and no word reaches from one into the next.
 * @param words What {@link wordsOf} gives, as literals or parameters. None are contained in everything.
 */
export function containsWords(texts: readonly string[], words: readonly string[]): string {
  const [only = "''"] = texts;
  const haystack = folded(texts.length < 2 ? only : `concat(${texts.join(", '\\n', ")})`);
  return words.length === 0
    ? '1'
    : `(${words.map((word) => `position(${haystack}, ${folded(word)}) > 0`).join(' AND ')})`;
}
