const LENGTH_BYTES = 4;
/** The most bytes that a UTF-16 code unit takes in UTF-8. */
const BYTES_OF_UNIT = 3;

/**
 * Strings in one block of memory, where the newest overwrites the oldest.
 *
 * It is outside of the heap: every garbage collection would visit a hundred thousand strings inside.
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
   * Returns the position for {@link get}; `undefined`, without any change, where the string is too long or would
   * overwrite a position at `keepFrom` or later.
   */
  put(text: string, keepFrom: number): number | undefined {
    const most = LENGTH_BYTES + text.length * BYTES_OF_UNIT;
    const size = this.#bytes.length;
    // A string is never split.
    const left = size - (this.#head % size);
    const position = left < most ? this.#head + left : this.#head;
    if (most > size || position + most - size > keepFrom) return undefined;
    this.#head = position;
    const at = position % size;
    const length = this.#bytes.write(text, at + LENGTH_BYTES, 'utf8');
    this.#bytes.writeUInt32LE(length, at);
    this.#head += LENGTH_BYTES + length;
    return position;
  }

  /** The string at a position that is not below `tail`. */
  get(position: number): string {
    const at = position % this.#bytes.length;
    const from = at + LENGTH_BYTES;
    return this.#bytes.toString('utf8', from, from + this.#bytes.readUInt32LE(at));
  }
}
