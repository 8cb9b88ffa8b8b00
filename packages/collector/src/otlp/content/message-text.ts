import { refusalEvidenceIn } from '@userspan/ledger';
import { MESSAGE_WORDS, SMALL_WORDS } from './message-words.ts';

/**
 * Removes content from span names and error messages if content is off. They are useful, but an error often quotes its
 * input, with or without quotation marks. So a message keeps only words that are typical of errors, numbers, codes,
 * names of errors and models, hosts, and stack frames. A span name is kept if it has the form of one.
 */

/** First words of span names that are followed by their object: a model, an agent, a tool, a route, a table. */
const OPERATIONS: ReadonlySet<string> = new Set(
  `chat embeddings embedding text_completion generate_content invoke_agent create_agent execute_tool invoke_workflow retrieval
  agent tool llm model chain workflow graph flow node step get post put patch delete head options select insert update
  publish process receive send consume produce http rpc db`.split(/\s+/),
);
/** Maximum number of words of a name with arbitrary words. A longer name must consist of known words. */
const MAX_FREE_WORDS = 3;
/** Maximum number of words of a name, such as `streaming response from 'gpt-4o' took 0.43 s`. */
const MAX_NAME_WORDS = 12;
const MAX_NAME_LENGTH = 200;
const MAX_WORD_LENGTH = 160;
/** Maximum length of a message; the rest is removed. */
const MAX_MESSAGE = 16_384;

/** A sequence of words between quotation marks, brackets and JSON punctuation. */
const STRETCH = /[^"'`“”‘’«»「」()[\]{}<>,;=|\\]+/g;
const ENDS = /^[.:!?/*#&-]+|[.:!?/*#&-]+$/g;
const FIGURE = /^[-+$]?(?:\d{1,3}(?:,\d{3}){0,2}|\d{1,7})(?:\.\d{1,6})?(?:ms|s|m|h|k|kb|mb|gb|%|x)?$/i;
/** `invalid_request_error`, `ECONNREFUSED`, `messages.0.content`. */
const CODE =
  /^(?:[a-z]{1,24}(?:_[a-z\d]{1,24}){1,6}|[A-Z]{1,24}(?:_[A-Z\d]{1,24}){1,6}|E[A-Z]{3,15}|[a-z_]{1,32}(?:\.\d{1,4}(?:\.[a-z_]{1,32})?)+)$/;
const ERROR_NAME = /^(?:[\w$]{1,32}\.){0,5}[A-Z][\w$]{0,60}(?:Error|Exception|Failure|Fault|Timeout)$/;
const MODEL =
  /^(?:[\w-]{1,32}[/.]){0,3}(?:gpt|chatgpt|o\d|claude|gemini|gemma|llama|mistral|mixtral|codestral|ministral|grok|deepseek|qwen|command|sonar|nova|titan|phi|text-embedding|whisper|tts|dall-e|davinci|babbage|imagen|veo|sora)[-.:@\d][\w.:@-]{0,60}$/i;
const HOST =
  /^(?:https?:\/\/)?(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|(?:[a-z\d-]{1,40}\.){1,6}(?:com|net|org|io|ai|dev|cloud|app|local|internal))(?::\d{1,5})?(?:\/[a-z\d_./-]{0,60})?$/i;
const FORMS: readonly RegExp[] = [FIGURE, CODE, ERROR_NAME, MODEL, HOST];
/** Stack frames of Node.js, Python and Java. */
const FRAME =
  /^\s*(?:at [\w$.<>[\] ]{0,160}?\(?(?:file:\/\/|node:|\/|[A-Z]:\\)?[\w$./\\@+-]{1,300}(?::\d{1,7}){1,2}\)?|File "[\w$./\\@+<>-]{1,300}", line \d{1,7}, in [\w<>]{1,120})$/;

/**
 * Replaces every unknown word of a message by "…"; returns the same string if all are known. The status or words by
 * which a failed call is priced are always kept.
 */
export function messageWithoutContent(message: string): string {
  if (message.length > MAX_MESSAGE) return `${messageWithoutContent(message.slice(0, MAX_MESSAGE))}…`;
  const evidence = refusalEvidenceIn(message);
  if (evidence === undefined) return linesOfKnownWords(message);
  const { start, end } = evidence;
  return (
    linesOfKnownWords(message.slice(0, start)) +
    message.slice(start, end) +
    linesOfKnownWords(message.slice(end))
  );
}

function linesOfKnownWords(text: string): string {
  return text
    .split('\n')
    .map((line) => (FRAME.test(line) ? line : lineOfKnownWords(line)))
    .join('\n');
}

function lineOfKnownWords(line: string): string {
  const parts: string[] = [];
  let copiedTo = 0;
  for (const { 0: stretch, index } of line.matchAll(STRETCH)) {
    const kept = stretchOfKnownWords(stretch);
    if (kept === stretch) continue;
    parts.push(line.slice(copiedTo, index), kept);
    copiedTo = index + stretch.length;
  }
  if (parts.length === 0) return line;
  return parts.join('') + line.slice(copiedTo);
}

function stretchOfKnownWords(stretch: string): string {
  const words = stretch.match(/\S+/g) ?? [];
  const kinds = words.map(kindOf);
  if (!kinds.includes('unknown')) return stretch;
  const goes: boolean[] = [];
  for (let at = 0; at < words.length;) {
    let end = at + 1;
    while (end < words.length && !/[.:!?]$/.test(words[end - 1] ?? '')) end += 1;
    for (const gone of whatGoes(kinds.slice(at, end))) goes.push(gone);
    at = end;
  }
  const kept = words.flatMap((word, at) => (!goes[at] ? [word] : goes[at - 1] === true ? [] : ['…']));
  return `${/^\s/.test(stretch) ? ' ' : ''}${kept.join(' ')}${/\s$/.test(stretch) ? ' ' : ''}`;
}

/**
 * Which words of a sentence are removed: all if most are unknown, otherwise the unknown ones with adjacent small words.
 */
function whatGoes(kinds: readonly Kind[]): readonly boolean[] {
  const gone = kinds.filter((kind) => kind === 'unknown').length;
  if (gone > kinds.filter((kind) => kind === 'known').length) return kinds.map(() => gone > 0);
  const goes = kinds.map((kind) => kind === 'unknown');
  for (let at = 1; at < goes.length; at += 1) {
    if (kinds[at] === 'small' && goes[at - 1] === true) goes[at] = true;
  }
  for (let at = goes.length - 2; at >= 0; at -= 1) {
    if (kinds[at] === 'small' && goes[at + 1] === true) goes[at] = true;
  }
  return goes;
}

type Kind = 'known' | 'small' | 'unknown';

function kindOf(word: string): Kind {
  if (word.length > MAX_WORD_LENGTH) return 'unknown';
  const bare = word.replace(ENDS, '');
  if (bare === '' || bare === '…') return 'small';
  const lower = bare.toLowerCase();
  if (SMALL_WORDS.has(lower)) return 'small';
  if (MESSAGE_WORDS.has(lower) || FORMS.some((form) => form.test(bare))) return 'known';
  // `key:value`, `read/write`, `read-only`.
  const parts = lower.split(/[:/.-]+/).filter((part) => part !== '');
  return parts.length > 1 && parts.every((part) => MESSAGE_WORDS.has(part) || SMALL_WORDS.has(part))
    ? 'known'
    : 'unknown';
}

/** The span name if it has the form of one. */
export function nameWithoutContent(name: string): string {
  const words = name.split(/\s+/, MAX_NAME_WORDS + 1).filter((word) => word !== '');
  const isShort = name.length <= MAX_NAME_LENGTH && words.length <= MAX_NAME_WORDS && !UNSPACED.test(name);
  const [first = ''] = words;
  const isName =
    isShort &&
    (words.length <= MAX_FREE_WORDS ||
      OPERATIONS.has(first.replace(ENDS, '').toLowerCase()) ||
      messageWithoutContent(name) === name);
  return isName ? name : '(a name that is a text)';
}

/** Text in a script without spaces that is as long as a sentence. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{16}/u;
