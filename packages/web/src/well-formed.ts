/** A lone surrogate cannot be written as UTF-8; one becomes U+FFFD, as the platform's own `toWellFormed` does it. */
export function toWellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
