import { toWellFormed } from './well-formed.ts';

const MAX_TEXT = 16_384;

/** A text of at most 16,384 characters, well-formed; a longer one is cut and says so. */
export function cutText(text: string): string {
  return toWellFormed(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… [cut]` : text);
}
