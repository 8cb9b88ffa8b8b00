/** Newlines and other control characters, and the characters that turn the direction of the text after them. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u061C\u202A-\u202E\u2066-\u2069]+/g;

/**
 * Text from outside, such as the name of a user, as a part of one line: it can neither begin a line of its own nor change
 * the order in which the rest of the line is read.
 */
export function oneLine(text: string): string {
  return text.replace(CONTROLS, ' ').toWellFormed();
}

/** Text of at most so many UTF-16 units, with an ellipsis where something was cut; never with half of a character. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  const isPairCut = /[\uD800-\uDBFF]/.test(text.charAt(max - 2));
  return `${text.slice(0, isPairCut ? max - 2 : max - 1)}…`;
}
