/**
 * Cuts a text into the pieces that this server calls tokens: words with the space before them, as a stream sends them.
 * Joined they are the text again; a text of white space only is one piece, an empty one none.
 */
export function tokensOf(text: string): string[] {
  const pieces = text.match(/\s*\S+/g);
  if (pieces === null) return text === '' ? [] : [text];
  const rest = text.slice(pieces.join('').length);
  if (rest !== '') pieces[pieces.length - 1] += rest;
  return pieces;
}

/** How many tokens a text has: its words. */
export function countTokens(text: string): number {
  return tokensOf(text).length;
}
