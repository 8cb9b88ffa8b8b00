import { toWellFormed } from './well-formed.ts';

const MAX_TEXT = 16_384;

/** A well-formed string of at most 16,384 characters; a longer one is cut and ends in `… [cut]`. */
export function cutText(text: string): string {
  return toWellFormed(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… [cut]` : text);
}
