import { TimeSlice } from '../runtime/time-slice.ts';
import { LEVELS } from './request-levels.ts';
import type { Signal } from './signal.ts';

/** An object between a request and its spans: the request, a resource, a scope, or a span. */
export interface JsonPart {
  readonly start: number;
  /** Position after its closing bracket. */
  end: number;
  /** The lists of parts directly below it. */
  readonly lists: JsonList[];
  /**
   * Number of its brackets, commas and strings without its lists, an upper bound for the values that a parser creates.
   */
  elements: number;
}

/** A list of parts, with the positions of its brackets. */
export interface JsonList {
  readonly start: number;
  end: number;
  readonly parts: JsonPart[];
}

/** The structure of a JSON text, found without parsing it. */
export type JsonScan =
  | {
      readonly request: JsonPart;
      readonly items: number;
      /** Maximum number of elements of a part. */
      readonly mostElements: number;
    }
  | { readonly malformed: string }
  | { readonly tooMany: number };

const MAX_DEPTH = 128;
/** Maximum number of resources and scopes per span. */
const MAX_PARTS_PER_ITEM = 2;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LONGEST_NAME = Math.max(...LEVELS.flatMap(({ names }) => [...names].map((name) => name.length)));
const SLICE_BYTES = 128 << 10;

/**
 * Finds the spans, records or metrics of an OTLP/JSON text and their surrounding objects, so that each can be parsed
 * separately.
 *
 * Only brackets, commas and strings are read. The parser, which runs only if the counts are acceptable, checks whether
 * the text is valid JSON. A list whose name contains escapes is not found; its elements count for the surrounding part.
 * Stops after `maxItems`. Yields in between.
 */
export async function scanJson(signal: Signal, bytes: Uint8Array, maxItems: number): Promise<JsonScan> {
  const slice = new TimeSlice();
  const scanner = new Scanner(signal, bytes, maxItems);
  for (;;) {
    const end = scanner.step(SLICE_BYTES);
    if (end !== undefined) {
      return end;
    }
    await slice.pass();
  }
}

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #names: readonly ReadonlySet<string>[];
  readonly #maxItems: number;
  readonly #request: JsonPart;
  /** The open parts and lists by level; the part of the last level is an item. */
  readonly #parts: JsonPart[];
  readonly #lists: (JsonList | undefined)[] = [];
  #position = 0;
  #depth = 0;
  #items = 0;
  #allParts = 0;
  #mostElements = 1;
  #name: string | undefined;

  constructor(signal: Signal, bytes: Uint8Array, maxItems: number) {
    this.#bytes = bytes;
    this.#names = LEVELS.filter((level) => level.signal === signal).map(({ names }) => names);
    this.#maxItems = maxItems;
    this.#request = { start: 0, end: bytes.length, lists: [], elements: 1 };
    this.#parts = [this.#request];
  }

  /** Scans the next `length` bytes. Returns the result at the end of the text. */
  step(length: number): JsonScan | undefined {
    const bytes = this.#bytes;
    const stop = Math.min(this.#position + length, bytes.length);
    for (; this.#position < stop; this.#position += 1) {
      const failure = this.#byte(bytes[this.#position] ?? 0);
      if (failure !== undefined) {
        return failure;
      }
    }
    if (this.#position < bytes.length) {
      return undefined;
    }
    this.#close(this.#request);
    return this.#depth === 0
      ? { request: this.#request, items: this.#items, mostElements: this.#mostElements }
      : { malformed: 'a text that ends too early' };
  }

  #byte(byte: number): JsonScan | undefined {
    switch (byte) {
      case QUOTE:
        return this.#string();
      case 0x7b: // {
      case 0x5b: // [
        return this.#open(byte === 0x7b);
      case 0x7d: // }
      case 0x5d: // ]
        return this.#shut(byte === 0x7d);
      case 0x2c: // ,
        this.#name = undefined;
        this.#count();
        return undefined;
      default:
        return undefined;
    }
  }

  #string(): JsonScan | undefined {
    const start = this.#position + 1;
    const end = endOfString(this.#bytes, start);
    if (end < 0) {
      return { malformed: `a string without end at byte ${start - 1}` };
    }
    this.#name = end - start <= LONGEST_NAME ? asciiOf(this.#bytes, start, end) : undefined;
    this.#position = end;
    return undefined;
  }

  #open(isObject: boolean): JsonScan | undefined {
    const { depth, level } = { depth: this.#depth, level: this.#parts.length - 1 };
    this.#count();
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      return { malformed: 'nested too deeply' };
    }
    if (isObject && depth === 2 * level + 2) {
      const list = this.#lists[level];
      return list === undefined ? undefined : this.#begin(list, level);
    }
    if (!isObject && depth === 2 * level + 1 && this.#names[level]?.has(this.#name ?? '') === true) {
      const list: JsonList = { start: this.#position + 1, end: 0, parts: [] };
      this.#parts[level]?.lists.push(list);
      this.#lists[level] = list;
    }
    this.#name = undefined;
    return undefined;
  }

  #begin(list: JsonList, level: number): JsonScan | undefined {
    const part: JsonPart = { start: this.#position, end: 0, lists: [], elements: 1 };
    list.parts.push(part);
    this.#parts.push(part);
    this.#name = undefined;
    this.#allParts += 1;
    this.#items += level === 2 ? 1 : 0;
    const isTooMany =
      this.#items > this.#maxItems || this.#allParts > (this.#maxItems + 1) * (1 + MAX_PARTS_PER_ITEM);
    return isTooMany ? { tooMany: Math.max(this.#items, this.#maxItems + 1) } : undefined;
  }

  #shut(isObject: boolean): JsonScan | undefined {
    this.#depth -= 1;
    this.#name = undefined;
    if (this.#depth < 0) {
      return { malformed: `a bracket too many at byte ${this.#position}` };
    }
    const level = this.#parts.length - 1;
    if (isObject && level > 0 && this.#depth === 2 * level) {
      const part = this.#parts.pop();
      if (part !== undefined) {
        part.end = this.#position + 1;
        this.#close(part);
      }
    } else if (!isObject && this.#depth === 2 * level + 1) {
      const list = this.#lists[level];
      if (list !== undefined) {
        list.end = this.#position;
        this.#lists[level] = undefined;
      }
    }
    return undefined;
  }

  #count(): void {
    const part = this.#parts.at(-1);
    if (part !== undefined) {
      part.elements += 1;
    }
  }

  #close({ elements }: JsonPart): void {
    this.#mostElements = Math.max(this.#mostElements, elements);
  }
}

function endOfString(bytes: Uint8Array, from: number): number {
  let end = bytes.indexOf(QUOTE, from);
  while (end >= 0) {
    let slashes = 0;
    while (end - 1 - slashes >= from && bytes[end - 1 - slashes] === BACKSLASH) {
      slashes += 1;
    }
    if (slashes % 2 === 0) {
      return end;
    }
    end = bytes.indexOf(QUOTE, end + 1);
  }
  return -1;
}

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i += 1) {
    text += String.fromCharCode(bytes[i] ?? 0);
  }
  return text;
}
