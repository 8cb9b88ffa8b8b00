/** In Unicode mode this matches lone surrogates only, not those of a pair. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Methods that strings have since ES2024; browsers have them since 2023. */
interface ModernString {
  isWellFormed?(): boolean;
}

/** Whether the string has no lone surrogate. With one, `encodeURIComponent` throws and UTF-8 is lossy. */
export function isWellFormed(text: string): boolean {
  return (text as ModernString).isWellFormed?.() ?? text.search(LONE_SURROGATES) === -1;
}

/** Replaces lone surrogates by U+FFFD; returns the same string if there are none. */
export function toWellFormed(text: string): string {
  return isWellFormed(text) ? text : text.replaceAll(LONE_SURROGATES, '\uFFFD');
}
