const LENGTH_BYTES = 4;
/** Most bytes of UTF-8 that a UTF-16 unit takes. */
const BYTES_OF_UNIT = 3;

/**
 * Texts in one stretch of memory, the oldest written over by the newest.
 *
 * Outside of the heap: a hundred thousand texts inside would be looked at by every collection.
 */
export class RingBuffer {
  readonly #bytes: Buffer;
  /** How much was ever written, gaps included: where the next text goes, modulo the size. */
  #head = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** The oldest position that still holds what was put there. */
  get tail(): number {
    return Math.max(this.#head - this.#bytes.length, 0);
  }

  /** Where the next text goes at the earliest. */
  get head(): number {
    return this.#head;
  }

  /**
   * Returns the position to {@link get} it by; `undefined`, and nothing is done, where the text is too long or would be
   * written over what lies at `keepFrom` or later.
   */
  put(text: string, keepFrom: number): number | undefined {
    const most = LENGTH_BYTES + text.length * BYTES_OF_UNIT;
    const size = this.#bytes.length;
    // A text lies in one piece.
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

  /** The text at a position that is not below `tail`. */
  get(position: number): string {
    const at = position % this.#bytes.length;
    const from = at + LENGTH_BYTES;
    return this.#bytes.toString('utf8', from, from + this.#bytes.readUInt32LE(at));
  }
}
