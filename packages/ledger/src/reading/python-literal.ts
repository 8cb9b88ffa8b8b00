const WORDS: ReadonlyMap<string, string> = new Map([
  ['None', 'null'],
  ['True', 'true'],
  ['False', 'false'],
]);
const BRACKETS: ReadonlyMap<string, string> = new Map([
  ['(', '['],
  [')', ']'],
]);
/** Characters that JSON and Python write in the same way, except commas before a closing bracket. */
const WORD = /[A-Za-z]+/y;

/**
 * Reads Python's `repr` of dicts, lists, strings, numbers, booleans and `None`; `undefined` for anything else, such as
 * the `repr` of an object. Takes linear time.
 */
export function parsePythonLiteral(text: string): unknown {
  let json = '';
  for (let at = 0; at < text.length;) {
    const char = text.charAt(at);
    if (char === "'" || char === '"') {
      const quoted = readQuoted(text, at);
      if (quoted === undefined) return undefined;
      json += JSON.stringify(quoted.value);
      at = quoted.end;
      continue;
    }
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0];
    if (word !== undefined) {
      const replacement = jsonWord(word);
      if (replacement === undefined) return undefined;
      json += replacement;
      at += word.length;
      continue;
    }
    if (char !== ',' || !isLastComma(text, at)) json += BRACKETS.get(char) ?? char;
    at += 1;
  }
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** A Python word in JSON. The exponent of a number counts as a word, too: `1e-06`. */
function jsonWord(word: string): string | undefined {
  return WORDS.get(word) ?? (/^e$/i.test(word) ? word : undefined);
}

function readQuoted(
  text: string,
  start: number,
): { readonly value: string; readonly end: number } | undefined {
  const quote = text.charAt(start);
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === quote) return { value, end: at + 1 };
    if (char !== '\\') {
      value += char;
      continue;
    }
    at += 1;
    const escaped = text.charAt(at);
    const digits = HEX_DIGITS.get(escaped) ?? 0;
    if (digits > 0) {
      const code = Number.parseInt(text.slice(at + 1, at + 1 + digits), 16);
      if (Number.isNaN(code)) return undefined;
      value += String.fromCharCode(code);
      at += digits;
    } else {
      value += ESCAPED.get(escaped) ?? escaped;
    }
  }
  return undefined;
}

/** Characters by the letter of their escape sequence. */
const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
]);
/** Number of hexadecimal digits after a backslash and this letter. */
const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
]);

const MAX_SPACE = 16;

function isLastComma(text: string, comma: number): boolean {
  let at = comma + 1;
  while (at < comma + MAX_SPACE && text.charAt(at) === ' ') at += 1;
  return /[}\])]/.test(text.charAt(at));
}
