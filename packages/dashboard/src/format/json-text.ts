/** Marks that change the direction of the text after them, and cannot be seen. */
const DIRECTION_MARKS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A value as JSON for a reader. Direction marks are escaped, as JSON allows: otherwise one in a string would reverse the rest of
 * the JSON on the page.
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent) as string | undefined;
  return (text ?? '').replace(
    DIRECTION_MARKS,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
