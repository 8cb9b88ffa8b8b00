const LENGTH_BYTES = 4;

/**
 * Entries of bytes in one block of memory, where the newest overwrites the oldest.
 *
 * It is outside of the heap, because every garbage collection would visit a hundred thousand entries inside.
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

  /** The earliest position of the next entry. */
  get head(): number {
    return this.#head;
  }

  /**
   * Copies an entry of several parts. Returns the position for {@link get}; `undefined`, without any change, where the
   * entry is too long or would overwrite a position at `keepFrom` or later.
   */
  put(parts: readonly Buffer[], keepFrom: number): number | undefined {
    let length = LENGTH_BYTES;
    for (const part of parts) length += LENGTH_BYTES + part.length;
    const size = this.#bytes.length;
    // An entry is never split.
    const left = size - (this.#head % size);
    const position = left < length ? this.#head + left : this.#head;
    if (length > size || position + length - size > keepFrom) return undefined;
    this.#head = position + length;
    let at = this.#bytes.writeUInt32LE(parts.length, position % size);
    for (const part of parts) {
      at = this.#bytes.writeUInt32LE(part.length, at);
      at += part.copy(this.#bytes, at);
    }
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
   * Copies of the parts at a position that is not below `tail`, made lazily. Do not call `put` before the last one is read.
   *
   * @yields the parts of one entry
   */
  *get(position: number): Generator<Buffer, void> {
    let at = position % this.#bytes.length;
    const count = this.#bytes.readUInt32LE(at);
    at += LENGTH_BYTES;
    for (let part = 0; part < count; part += 1) {
      const from = at + LENGTH_BYTES;
      const end = from + this.#bytes.readUInt32LE(at);
      yield Buffer.from(this.#bytes.subarray(from, end));
      at = end;
    }
  }
}
