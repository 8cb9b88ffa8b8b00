import { toWellFormed } from './well-formed.ts';

const MAX_DEPTH = 32;
/** Default limit, in bytes of UTF-8. */
const MAX_BYTES = 65_536;
const CUT = '…';
const CUT_BYTES = 3;

/**
 * JSON of any value in at most `maxBytes` bytes of UTF-8 (default 65,536), always valid: strings that do not fit are
 * shortened, and later values are left out.
 *
 * Never throws or loops. Values that JSON cannot express become a short description: `"[circular]"`, `"[function]"`,
 * `"12n"`, `"[7 bytes]"`. Returns undefined for `undefined`, if nothing fits, and if reading the value throws.
 */
export function boundedJson(value: unknown, maxBytes: number = MAX_BYTES): string | undefined {
  if (value === undefined) return undefined;
  const writer = new Writer(maxBytes);
  try {
    return writer.write(value, 0) ? writer.text : undefined;
  } catch {
    return undefined;
  }
}

class Writer {
  text = '';
  #left: number;
  readonly #open = new Set<object>();

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  /** Writes a value if at least its shortest form fits. Otherwise writes nothing and returns false. */
  write(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        return Number.isFinite(value) ? this.#plain(JSON.stringify(value)) : this.#string(String(value));
      case 'boolean':
        return this.#plain(String(value));
      case 'bigint':
        return this.#string(`${value}n`);
      case 'undefined':
        return this.#plain('null');
      case 'function':
      case 'symbol':
        return this.#string(`[${typeof value}]`);
      default:
        return value === null ? this.#plain('null') : this.#object(value as object, depth);
    }
  }

  #plain(json: string): boolean {
    if (json.length > this.#left) return false;
    this.text += json;
    this.#left -= json.length;
    return true;
  }

  /** Writes the string, or the longest prefix that fits together with quotes and the mark of a cut. */
  #string(text: string): boolean {
    const room = this.#left - 2;
    if (room < 0) return false;
    // Each character needs at least one byte, so a longer prefix cannot fit.
    const head = toWellFormed(text.length > room ? text.slice(0, room + 1) : text);
    let bytes = 0;
    let end = 0;
    let bytesToEnd = 0;
    for (let i = 0; i < head.length && bytes <= room;) {
      const width = head.charCodeAt(i) >> 10 === HIGH_SURROGATE ? 2 : 1;
      bytes += width === 2 ? 4 : jsonBytes(head.charCodeAt(i));
      i += width;
      if (bytes > room - CUT_BYTES) continue;
      end = i;
      bytesToEnd = bytes;
    }
    if (bytes <= room) {
      this.text += JSON.stringify(head);
      this.#left -= bytes + 2;
      return true;
    }
    if (room < CUT_BYTES) return false;
    this.text += JSON.stringify(head.slice(0, end) + CUT);
    this.#left -= bytesToEnd + CUT_BYTES + 2;
    return true;
  }

  #object(value: object, depth: number): boolean {
    if (this.#open.has(value)) return this.#string('[circular]');
    if (depth >= MAX_DEPTH) return this.#string('[deep]');
    if (ArrayBuffer.isView(value)) return this.#string(`[${value.byteLength} bytes]`);
    if (value instanceof Date && Number.isNaN(value.getTime())) return this.#string('Invalid Date');
    this.#open.add(value);
    try {
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === 'function') return this.write(toJSON.call(value), depth + 1);
      if (Array.isArray(value)) return this.#array(value, depth);
      const fields = value instanceof Error ? { name: value.name, message: value.message } : value;
      return this.#fields(fields as Readonly<Record<string, unknown>>, depth);
    } finally {
      this.#open.delete(value);
    }
  }

  #array(items: readonly unknown[], depth: number): boolean {
    if (!this.#begin('[')) return false;
    let separator = '';
    for (const item of items) {
      if (!this.#attempt(separator, item, depth + 1)) break;
      separator = ',';
    }
    this.text += ']';
    return true;
  }

  #fields(fields: Readonly<Record<string, unknown>>, depth: number): boolean {
    if (!this.#begin('{')) return false;
    let separator = '';
    for (const name of Object.keys(fields)) {
      const field = fields[name];
      if (field === undefined) continue;
      if (!this.#attempt(`${separator}${JSON.stringify(toWellFormed(name))}:`, field, depth + 1)) break;
      separator = ',';
    }
    this.text += '}';
    return true;
  }

  /** Writes an opening bracket and reserves room for the closing one. */
  #begin(bracket: string): boolean {
    if (this.#left < 2) return false;
    this.text += bracket;
    this.#left -= 2;
    return true;
  }

  /** Writes a prefix and a value, or nothing if they do not fit. */
  #attempt(prefix: string, value: unknown, depth: number): boolean {
    const bytes = utf8Bytes(prefix);
    if (bytes > this.#left) return false;
    const { length } = this.text;
    const left = this.#left;
    this.text += prefix;
    this.#left -= bytes;
    if (this.write(value, depth)) return true;
    this.text = this.text.slice(0, length);
    this.#left = left;
    return false;
  }
}

/** The upper six bits of a high surrogate. The string is well-formed, so a low surrogate follows. */
const HIGH_SURROGATE = 0xd800 >> 10;
/** Control characters that JSON escapes with two characters: \b \t \n \f \r. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set([8, 9, 10, 12, 13]);

/** Bytes of a UTF-16 unit inside a JSON string, if it is not a surrogate. */
function jsonBytes(unit: number): number {
  if (unit < 0x20) return SHORT_ESCAPES.has(unit) ? 2 : 6;
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit < 0x80) return 1;
  return unit < 0x800 ? 2 : 3;
}

/** UTF-8 bytes of a well-formed string. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    // Each surrogate of a pair counts for two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || unit >> 11 === 0xd800 >> 11 ? 2 : 3;
  }
  return bytes;
}
