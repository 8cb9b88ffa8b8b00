/** Letters that Unicode normalization does not decompose, and their replacements. */
const LETTERS = 'łøđħıŧðς';
const TYPED = 'lodhitdσ';

/**
 * An SQL expression that normalizes a string for search. It removes case, accents and the difference between full and
 * half width; `ß` becomes `ss`, and the Turkish `İ` and `ı` become `i`.
 *
 * For ASCII, which most strings are, lower case is sufficient. The rest is evaluated only for other strings.
 */
export function folded(text: string): string {
  const bare = `replaceRegexpAll(lowerUTF8(normalizeUTF8NFKD(${text})), '\\\\p{Mn}', '')`;
  const letters = `translateUTF8(${bare}, '${LETTERS}', '${TYPED}')`;
  const spelled = `replaceAll(replaceAll(replaceAll(replaceAll(${letters}, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')`;
  return `if(length(${text}) = lengthUTF8(${text}), lower(${text}), ${spelled})`;
}

/** The words of a search. */
export function wordsOf(q: string): readonly string[] {
  return [...new Set(q.split(/\s+/u).filter((word) => word !== ''))];
}

/**
 * SQL of the text of several strings in which a search looks for words. They are joined with line breaks and
 * {@link folded} once, so that no match extends from one into the next.
 */
export function searchText(texts: readonly string[]): string {
  const [only = "''"] = texts;
  return folded(texts.length < 2 ? only : `concat(${texts.join(", '\\n', ")})`);
}

/**
 * A condition that several strings together contain every word of a search, in any order: "Garcia Ana" finds "Ana
 * García", and "ana acme" finds Ana of Acme.
 *
 * @param texts Expressions.
 * @param words Words from {@link wordsOf}, as literals or parameters. Without words, everything matches.
 */
export function containsWords(texts: readonly string[], words: readonly string[]): string {
  return hasWords(searchText(texts), words);
}

/** A condition that a text from {@link searchText} contains every word of a search. */
export function hasWords(text: string, words: readonly string[]): string {
  return words.length === 0
    ? '1'
    : `(${words.map((word) => `position(${text}, ${folded(word)}) > 0`).join(' AND ')})`;
}
