const LENGTH_BYTES = 4;
/** Maximum number of UTF-8 bytes per UTF-16 code unit. */
const BYTES_OF_UNIT = 3;

/**
 * Strings in one block of memory, where the newest overwrites the oldest.
 *
 * It is outside of the heap, because every garbage collection would visit a hundred thousand strings inside.
 */
export class RingBuffer {
  readonly #bytes: Buffer;
  /** Bytes written so far, gaps included: the next position, modulo the size. */
  #head = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** The oldest position that is not overwritten. */
  get tail(): number {
    return Math.max(this.#head - this.#bytes.length, 0);
  }

  /** The earliest position of the next string. */
  get head(): number {
    return this.#head;
  }

  /**
   * Stores an entry of several strings. Returns the position for {@link get}; `undefined`, without any change, where the
   * entry is too long or would overwrite a position at `keepFrom` or later.
   */
  put(parts: readonly string[], keepFrom: number): number | undefined {
    let most = LENGTH_BYTES;
    for (const { length } of parts) most += LENGTH_BYTES + length * BYTES_OF_UNIT;
    return this.#put(parts, most, keepFrom) ?? this.#put(parts, exactLengthOf(parts), keepFrom);
  }

  #put(parts: readonly string[], most: number, keepFrom: number): number | undefined {
    const size = this.#bytes.length;
    // An entry is never split.
    const left = size - (this.#head % size);
    const position = left < most ? this.#head + left : this.#head;
    if (most > size || position + most - size > keepFrom) return undefined;
    this.#head = position;
    const start = position % size;
    let at = this.#bytes.writeUInt32LE(parts.length, start);
    for (const text of parts) {
      const length = this.#bytes.write(text, at + LENGTH_BYTES, 'utf8');
      at = this.#bytes.writeUInt32LE(length, at) + length;
    }
    this.#head += at - start;
    return position;
  }

  /** The bytes of an entry at a position that is not below `tail`. */
  bytesAt(position: number): number {
    const start = position % this.#bytes.length;
    let at = start + LENGTH_BYTES;
    for (let left = this.#bytes.readUInt32LE(start); left > 0; left -= 1) {
      at += LENGTH_BYTES + this.#bytes.readUInt32LE(at);
    }
    return at - start;
  }

  /**
   * The strings at a position that is not below `tail`, read lazily. Do not call `put` before the last one is read.
   *
   * @yields the strings of one entry
   */
  *get(position: number): Generator<string, void> {
    let at = position % this.#bytes.length;
    const count = this.#bytes.readUInt32LE(at);
    at += LENGTH_BYTES;
    for (let part = 0; part < count; part += 1) {
      const from = at + LENGTH_BYTES;
      const end = from + this.#bytes.readUInt32LE(at);
      yield this.#bytes.toString('utf8', from, end);
      at = end;
    }
  }
}

/**
 * Counts the exact bytes. Slower than an estimate, so it is used only for large entries that an estimate would reject.
 */
function exactLengthOf(parts: readonly string[]): number {
  let length = LENGTH_BYTES;
  for (const text of parts) length += LENGTH_BYTES + Buffer.byteLength(text, 'utf8');
  return length;
}
