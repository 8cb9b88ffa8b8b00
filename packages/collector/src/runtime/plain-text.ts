/** Line breaks, other control characters, and characters that change the text direction. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u061C\u202A-\u202E\u2066-\u2069]+/g;

/**
 * Makes external text, such as a user's name, safe as a part of one line: it cannot start a new line or change the text
 * direction.
 */
export function oneLine(text: string): string {
  return text.replace(CONTROLS, ' ').toWellFormed();
}

/** Shortens text to a number of UTF-16 units, with an ellipsis at the end. Never splits a surrogate pair. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  const isPairCut = /[\uD800-\uDBFF]/.test(text.charAt(max - 2));
  return `${text.slice(0, isPairCut ? max - 2 : max - 1)}…`;
}
