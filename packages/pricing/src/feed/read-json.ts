import { PriceFeedError } from './feed-error.ts';

/** A JSON value, with the line numbers of all parts of its objects and lists. */
export interface JsonDocument {
  readonly value: unknown;
  /** The line, from 1, of a part of an object or list of the document; 1 if it does not exist. */
  lineOf(container: unknown, key: string | number): number;
}

const MAX_DEPTH = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
/**
 * Reads JSON as `JSON.parse` does and keeps line numbers. Throws, with the line, for a syntax error or a name that
 * appears twice in one object. Objects have no prototype, so that no name has a special meaning.
 */
export function readJson(text: string): JsonDocument {
  return new JsonReader(text).read();
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  readonly #offsets = new WeakMap<object, Map<string | number, number>>();
  readonly #lineStarts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  read(): JsonDocument {
    // A byte order mark.
    if (this.#text.charCodeAt(0) === 0xfeff) this.#at = 1;
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('expected the end of the file');
    return {
      value,
      lineOf: (container, key) => {
        const offset =
          typeof container === 'object' && container !== null
            ? this.#offsets.get(container)?.get(key)
            : undefined;
        return offset === undefined ? 1 : this.#lineAt(offset);
      },
    };
  }

  #value(depth: number): unknown {
    if (depth > MAX_DEPTH) this.#fail(`nested more than ${String(MAX_DEPTH)} deep`);
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(depth);
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #object(depth: number): unknown {
    const object = Object.create(null) as Record<string, unknown>;
    const offsets = new Map<string | number, number>();
    this.#offsets.set(object, offsets);
    this.#at += 1;
    this.#skipSpace();
    if (this.#take('}')) return object;
    do {
      this.#skipSpace();
      const offset = this.#at;
      if (this.#text[offset] !== '"') this.#fail('expected a name in double quotes');
      const name = this.#string();
      if (offsets.has(name)) this.#refuse(`${JSON.stringify(name)} appears twice`, offset);
      offsets.set(name, offset);
      this.#skipSpace();
      if (!this.#take(':')) this.#fail('expected a colon');
      object[name] = this.#value(depth + 1);
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail('expected a comma or the end of an object');
    return object;
  }

  #list(depth: number): unknown {
    const list: unknown[] = [];
    const offsets = new Map<string | number, number>();
    this.#offsets.set(list, offsets);
    this.#at += 1;
    this.#skipSpace();
    if (this.#take(']')) return list;
    do {
      this.#skipSpace();
      offsets.set(list.length, this.#at);
      list.push(this.#value(depth + 1));
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take(']')) this.#fail('expected a comma or the end of a list');
    return list;
  }

  #string(): string {
    const start = this.#at;
    if (this.#text[start] !== '"') this.#fail('expected a text in double quotes');
    let end = this.#text.indexOf('"', start + 1);
    while (end >= 0 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) this.#fail('expected the end of a text in double quotes', this.#text.length);
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(start, end + 1)) as string;
    } catch {
      return this.#fail('expected a text in double quotes', start);
    }
  }

  /** Whether an odd number of backslashes precedes the position. */
  #isEscaped(at: number): boolean {
    let first = at;
    while (this.#text[first - 1] === '\\') first -= 1;
    return (at - first) % 2 === 1;
  }

  #word(): unknown {
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) this.#fail('expected a value');
    this.#at = NUMBER.lastIndex;
    return Number(match[0]);
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #fail(message: string, at = this.#at): never {
    this.#refuse(`${at >= this.#text.length ? 'the file is cut off' : 'not JSON'}: ${message}`, at);
  }

  #refuse(message: string, at: number): never {
    throw new PriceFeedError([{ line: this.#lineAt(at), message }]);
  }

  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

const WORDS: readonly (readonly [word: string, value: boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
