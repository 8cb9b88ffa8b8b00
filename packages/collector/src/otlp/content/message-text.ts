/**
 * Names of spans and messages of errors, where content is off. Support needs them, and no rule can tell a prompt that stands
 * alone from a message. What can be recognized is removed: a long text in quotation marks, as an error quotes its input, and a name that
 * is a paragraph.
 */

/** A quoted text of more words is no name, value or field of the request. */
const MAX_QUOTED_WORDS = 5;
/** `streaming response from 'gpt-4o' took 0.43 s` is a name; instrumentations have none of more words. */
const MAX_NAME_WORDS = 12;
const MAX_NAME_LENGTH = 200;

const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '‘': '’',
  '«': '»',
  '「': '」',
};
/** Marks that open and close alike, or are apostrophes too: a letter on the other side makes them none. */
const PLAIN_MARKS: ReadonlySet<string> = new Set(['"', "'", '`', '’']);
const OPENING = /["'`“‘«「]/g;
/** The member of a JSON answer or of Python's `repr` that says what is wrong. */
const SAYS_WHAT_IS_WRONG =
  /["'](?:message|msg|detail|details|error|reason|title|description)\\?["']\s*:\s*\\?$/i;
const WORD = /[\p{L}\p{N}]/u;
/** Scripts that write without blanks: two characters are about a word. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{2}/gu;

/** A message without the texts that it quotes. The same string where it quotes none. */
export function messageWithoutQuotes(message: string): string {
  const unclosed = new Set<string>();
  let kept = '';
  let copiedTo = 0;
  OPENING.lastIndex = 0;
  for (let found = OPENING.exec(message); found !== null; found = OPENING.exec(message)) {
    const [mark] = found;
    const start = found.index;
    const kind = message[start - 1] === '\\' ? `\\${mark}` : mark;
    if (isWithinWord(mark, message[start - 1]) || unclosed.has(kind)) continue;
    const end = closingAt(message, start, mark);
    if (end === -1) {
      unclosed.add(kind);
      continue;
    }
    if (wordsOf(message.slice(start + 1, end), MAX_QUOTED_WORDS) <= MAX_QUOTED_WORDS) {
      OPENING.lastIndex = end + 1;
    } else if (!SAYS_WHAT_IS_WRONG.test(message.slice(Math.max(0, start - 32), start))) {
      kept += `${message.slice(copiedTo, start + 1)}…`;
      copiedTo = message[end - 1] === '\\' ? end - 1 : end;
      OPENING.lastIndex = end + 1;
    }
  }
  return copiedTo === 0 ? message : kept + message.slice(copiedTo);
}

/** A span's name; its length in words where it is a text. */
export function nameWithoutContent(name: string): string {
  if (name.length <= MAX_NAME_LENGTH && wordsOf(name, MAX_NAME_WORDS) <= MAX_NAME_WORDS) return name;
  return '(a name that is a text)';
}

/** The mark that closes what another opens, as escaped as that one is, and no apostrophe; -1 where there is none. */
function closingAt(message: string, start: number, mark: string): number {
  const closing = CLOSING[mark] ?? mark;
  const isEscaped = message[start - 1] === '\\';
  for (let at = message.indexOf(closing, start + 1); at !== -1; at = message.indexOf(closing, at + 1)) {
    if ((message[at - 1] === '\\') === isEscaped && !isWithinWord(closing, message[at + 1])) return at;
  }
  return -1;
}

function isWithinWord(mark: string, beside: string | undefined): boolean {
  return PLAIN_MARKS.has(mark) && WORD.test(beside ?? '');
}

/** Words of a text, at most one more than `most`. */
function wordsOf(text: string, most: number): number {
  let words = 0;
  for (const _ of text.matchAll(/\S+/g)) if ((words += 1) > most) return words;
  for (const _ of text.matchAll(UNSPACED)) if ((words += 1) > most) return words;
  return words;
}
