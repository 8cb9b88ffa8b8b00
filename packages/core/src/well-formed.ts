// In unicode mode a surrogate of a pair is no match: only lone ones are.
const LONE_SURROGATE = /\p{Surrogate}/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Whether the text has no lone surrogate; one makes `encodeURIComponent` throw and UTF-8 lossy. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** The text with lone surrogates replaced by U+FFFD; the same string when there are none. */
export function toWellFormed(text: string): string {
  return isWellFormed(text) ? text : text.replaceAll(LONE_SURROGATES, '\uFFFD');
}
