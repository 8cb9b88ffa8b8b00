/** Marks that change the direction of the text after them, and cannot be seen. */
const marks = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Letters that are written from right to left, and move figures next to them. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Writes direction marks as escapes such as `\u202e`. */
export function escapeDirectionMarks(text: string): string {
  return text.replace(marks, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * A name for a sentence with other words or figures. Otherwise a mark in the name could reverse the figures after it:
 * `$1.23` would read `32.1$`.
 */
export function nameInText(name: string): string {
  const escaped = escapeDirectionMarks(name);
  return rightToLeft.test(escaped) ? `\u2068${escaped}\u2069` : escaped;
}
