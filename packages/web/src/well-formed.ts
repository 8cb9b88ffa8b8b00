/** Replaces lone surrogates, which UTF-8 cannot represent, by U+FFFD, like the platform's `toWellFormed`. */
export function toWellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
