/** In unicode mode a surrogate of a pair is no match: only lone ones are. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Methods that strings have since ES2024; browsers have them since 2023. */
interface ModernString {
  isWellFormed?(): boolean;
}

/** Whether the text has no lone surrogate; one makes `encodeURIComponent` throw and UTF-8 lossy. */
export function isWellFormed(text: string): boolean {
  return (text as ModernString).isWellFormed?.() ?? text.search(LONE_SURROGATES) === -1;
}

/** The text with lone surrogates replaced by U+FFFD; the same string when there are none. */
export function toWellFormed(text: string): string {
  return isWellFormed(text) ? text : text.replaceAll(LONE_SURROGATES, '\uFFFD');
}
