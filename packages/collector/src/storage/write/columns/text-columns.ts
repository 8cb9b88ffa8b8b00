import { textOf } from './column.ts';
import type { Cell, Column } from './column.ts';
import { bytesOf, withDoubleLength } from './number-columns.ts';

const FIRST_ROWS = 64;
const FIRST_BYTES = 1024;
const NO_PREFIX = Buffer.alloc(0);
/**
 * Strings up to this length are written byte by byte, which is faster than a call of `Buffer.write`. Their length takes
 * one byte.
 */
const SHORT = 64;
const MAX_LENGTH_BYTES = 5;

/** A column of strings: for each its number of bytes, and the bytes. */
export class TextColumn implements Column {
  readonly prefix: Buffer = NO_PREFIX;
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  add(value: Cell): void {
    const text = typeof value === 'string' ? value : textOf(value);
    // Read once: V8 has many kinds of strings, and looks up the length of each as slowly as that of an unknown object.
    const { length } = text;
    this.#reserve(Math.max(length * 3, SHORT) + MAX_LENGTH_BYTES);
    if (length > SHORT || !this.#writeShort(text, length)) {
      this.#write(text);
    }
  }

  values(): Buffer[] {
    return [this.#bytes.subarray(0, this.#length)];
  }

  /** Writes a string of single-byte characters. Returns `false` and writes nothing if there are others. */
  #writeShort(text: string, length: number): boolean {
    const bytes = this.#bytes;
    const start = this.#length + 1;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) {
        return false;
      }
      bytes[start + at] = code;
    }
    bytes[this.#length] = length;
    this.#length = start + length;
    return true;
  }

  #write(text: string): void {
    const size = Buffer.byteLength(text);
    const start = writeVarint(this.#bytes, this.#length, size);
    if (size === text.length) {
      this.#bytes.write(text, start, 'latin1');
    } else {
      // `Buffer.write` would write invalid bytes for a lone surrogate. The replacement character also has three bytes.
      this.#bytes.write(text.isWellFormed() ? text : text.toWellFormed(), start, 'utf8');
    }
    this.#length = start + size;
  }

  #reserve(length: number): void {
    if (this.#length + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
  }
}

/** Writes a variable-length integer (LEB128) and returns its end position. */
export function writeVarint(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let left = value;
  while (left > 0x7f) {
    bytes[at] = (left & 0x7f) | 0x80;
    left >>>= 7;
    at += 1;
  }
  bytes[at] = left;
  return at + 1;
}

/** Version of the dictionary format. */
const DICTIONARY_VERSION = 1n;
/** Flags: the dictionary precedes the rows and applies only to this block. */
const HAS_KEYS = (1n << 9n) | (1n << 10n);
const INDEX_KINDS = [Uint8Array, Uint16Array, Uint32Array] as const;

/** A dictionary-encoded column of strings: each distinct string once, and an index per row. */
export class WordColumn implements Column {
  readonly prefix: Buffer = Buffer.from(BigUint64Array.of(DICTIONARY_VERSION).buffer);
  readonly #places = new Map<string, number>([['', 0]]);
  readonly #keys = new TextColumn();
  #indexes = new Uint32Array(FIRST_ROWS);
  #length = 0;
  #last = '';
  #lastPlace = 0;

  constructor() {
    this.#keys.add('');
  }

  add(value: Cell): void {
    const text = typeof value === 'string' ? value : textOf(value);
    if (text !== this.#last) {
      this.#lastPlace = this.#placeOf(text);
      this.#last = text;
    }
    if (this.#length === this.#indexes.length) {
      this.#indexes = withDoubleLength(this.#indexes);
    }
    this.#indexes[this.#length] = this.#lastPlace;
    this.#length += 1;
  }

  values(): Buffer[] {
    if (this.#length === 0) {
      return [];
    }
    const size = this.#places.size;
    const kind = size <= 2 ** 8 ? 0 : size <= 2 ** 16 ? 1 : 2;
    const indexes = INDEX_KINDS[kind].from(this.#indexes.subarray(0, this.#length));
    return [
      Buffer.from(BigUint64Array.of(HAS_KEYS | BigInt(kind), BigInt(size)).buffer),
      ...this.#keys.values(),
      Buffer.from(BigUint64Array.of(BigInt(this.#length)).buffer),
      bytesOf(indexes, this.#length),
    ];
  }

  #placeOf(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(text, place);
      this.#keys.add(text);
    }
    return place;
  }
}
