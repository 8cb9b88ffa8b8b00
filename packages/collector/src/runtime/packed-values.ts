/*
 * Values of JSON as bytes. Packing takes a third less time than JSON as text and creates no strings; unpacking takes up to
 * twice as long. So it is for values that are packed often and rarely unpacked.
 *
 * Each value begins with one byte: 0x80 and the length of a short ASCII string, 0x40 and a small whole number, or a kind.
 * Lengths and whole numbers are 32 bits, little-endian. The bytes stay in memory of this process, so they have no version.
 */
const SHORT_TEXT = 0x80;
const SMALL_NUMBER = 0x40;
const KIND = {
  nothing: 0,
  no: 1,
  yes: 2,
  whole: 3,
  double: 4,
  utf8: 5,
  utf16: 6,
  list: 7,
  object: 8,
} as const;

const MAX_SHORT_TEXT = 0x7f;
const MAX_SMALL_NUMBER = 0x3f;
const FIRST_BYTES = 64 << 10;
/** A kind with a length, or with a double. */
const MAX_HEADER_BYTES = 9;
/** Maximum number of UTF-8 bytes per UTF-16 code unit. */
const BYTES_OF_UNIT = 3;

/** The buffer that all values are packed into before they are copied. It grows. After a very large value it is replaced by a small one. */
let bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
let end = 0;

/**
 * Packs a value: `null`, booleans, numbers, strings, and lists and objects of these. Absent values become `null` in lists
 * and are left out of objects.
 */
export function packValue(value: unknown): Buffer {
  end = 0;
  write(value);
  const packed = Buffer.from(bytes.subarray(0, end));
  if (bytes.length > FIRST_BYTES * 16) bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  return packed;
}

/** The value that {@link packValue} packed. */
export function unpackValue(packed: Buffer): unknown {
  return new Unpacker(packed).read();
}

function reserve(length: number): void {
  if (end + length <= bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, end + length));
  bytes.copy(larger, 0, 0, end);
  bytes = larger;
}

function write(value: unknown): void {
  switch (typeof value) {
    case 'string':
      writeText(value);
      return;
    case 'number':
      writeNumber(value);
      return;
    case 'boolean':
      writeKind(value ? KIND.yes : KIND.no);
      return;
    case 'undefined':
      writeKind(KIND.nothing);
      return;
    case 'object':
      if (value === null) writeKind(KIND.nothing);
      else if (Array.isArray(value)) writeList(value);
      else writeObject(value as Readonly<Record<string, unknown>>);
      return;
    default:
      throw new TypeError(`A ${typeof value} cannot be packed.`);
  }
}

function writeKind(kind: number): void {
  reserve(MAX_HEADER_BYTES);
  bytes[end] = kind;
  end += 1;
}

function writeNumber(number: number): void {
  reserve(MAX_HEADER_BYTES);
  const whole = number >>> 0;
  if (whole !== number) {
    bytes[end] = KIND.double;
    bytes.writeDoubleLE(number, end + 1);
    end += 9;
  } else if (whole <= MAX_SMALL_NUMBER) {
    bytes[end] = SMALL_NUMBER | whole;
    end += 1;
  } else {
    writeHeader(KIND.whole, whole);
  }
}

/** Writes a kind and its length. There must be room. */
function writeHeader(kind: number, length: number): void {
  bytes[end] = kind;
  bytes[end + 1] = length;
  bytes[end + 2] = length >>> 8;
  bytes[end + 3] = length >>> 16;
  bytes[end + 4] = length >>> 24;
  end += 5;
}

function writeText(text: string): void {
  const { length } = text;
  reserve(length * BYTES_OF_UNIT + MAX_HEADER_BYTES);
  if (length <= MAX_SHORT_TEXT && writeShort(text, length)) return;
  const start = end;
  end += 5;
  // UTF-8 has no lone surrogates.
  const isUtf8 = text.isWellFormed();
  const written = bytes.write(text, end, isUtf8 ? 'utf8' : 'utf16le');
  end = start;
  writeHeader(isUtf8 ? KIND.utf8 : KIND.utf16, written);
  end += written;
}

/** Writes a string of ASCII characters. Returns `false` and writes nothing if there are others. */
function writeShort(text: string, length: number): boolean {
  const start = end + 1;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return false;
    bytes[start + at] = code;
  }
  bytes[end] = SHORT_TEXT | length;
  end = start + length;
  return true;
}

function writeList(list: readonly unknown[]): void {
  reserve(MAX_HEADER_BYTES);
  writeHeader(KIND.list, list.length);
  for (const item of list) write(item);
}

function writeObject(object: Readonly<Record<string, unknown>>): void {
  reserve(MAX_HEADER_BYTES);
  const start = end;
  end += 5;
  let members = 0;
  for (const name in object) {
    const value = object[name];
    if (value === undefined) continue;
    writeText(name);
    write(value);
    members += 1;
  }
  const after = end;
  end = start;
  writeHeader(KIND.object, members);
  end = after;
}

class Unpacker {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(packed: Buffer) {
    this.#bytes = packed;
  }

  read(): unknown {
    const kind = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    if (kind >= SHORT_TEXT) return this.#text('latin1', kind & MAX_SHORT_TEXT);
    if (kind >= SMALL_NUMBER) return kind & MAX_SMALL_NUMBER;
    switch (kind) {
      case KIND.nothing:
        return null;
      case KIND.no:
        return false;
      case KIND.yes:
        return true;
      case KIND.whole:
        return this.#whole();
      case KIND.double:
        this.#at += 8;
        return this.#bytes.readDoubleLE(this.#at - 8);
      case KIND.utf8:
        return this.#text('utf8', this.#whole());
      case KIND.utf16:
        return this.#text('utf16le', this.#whole());
      case KIND.list:
        return this.#list();
      case KIND.object:
        return this.#object();
      default:
        throw new RangeError(`No packed value has the kind ${kind}.`);
    }
  }

  #whole(): number {
    this.#at += 4;
    return this.#bytes.readUInt32LE(this.#at - 4);
  }

  #text(encoding: BufferEncoding, length: number): string {
    this.#at += length;
    return this.#bytes.toString(encoding, this.#at - length, this.#at);
  }

  #list(): unknown[] {
    const list: unknown[] = [];
    for (let left = this.#whole(); left > 0; left -= 1) list.push(this.read());
    return list;
  }

  #object(): object {
    const object: Record<string, unknown> = {};
    for (let left = this.#whole(); left > 0; left -= 1) {
      const name = String(this.read());
      const value = this.read();
      // `__proto__` is a normal member.
      if (name === '__proto__')
        Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      else object[name] = value;
    }
    return object;
  }
}
