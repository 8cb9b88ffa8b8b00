/** A snapshot's date at the end of a name: `-2024-07-18`, `-20250514`, `@20250514`. */
export const DATE_TAIL: RegExp =
  /(?:-20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|[-@]20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;

/** Kinds of suffix that vendors put after a name that is open at its end: `-preview-05-06`, `-001`, `-v1:0`, `@default`. */
const OPEN_TAIL =
  /(?:[-@](?:latest|preview|exp|experimental|default|20\d{2}-\d{2}-\d{2}|20\d{6}|\d{2}-\d{2}|\d{2}-20\d{2}|\d{4}|0\d{2}|v\d+(?::\d+)?)|:\d+)$/;

/** The name without one such suffix, or `undefined` where it has none. */
export function shorterName(name: string): string | undefined {
  const shorter = name.replace(OPEN_TAIL, '');
  return shorter === name ? undefined : shorter;
}
