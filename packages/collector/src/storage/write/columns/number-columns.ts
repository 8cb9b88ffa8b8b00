import type { Cell, Column } from './column.ts';

const FIRST_ROWS = 64;
const NO_PREFIX = Buffer.alloc(0);

type WholeNumbers = Uint8Array | Uint16Array | Uint32Array;

/** Copies an array into one of twice the length. */
export function withDoubleLength<T extends WholeNumbers | Float64Array | BigInt64Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  (larger.set as (from: T) => void)(array);
  return larger;
}

/** The first `length` items as bytes. All platforms of the engine are little-endian, as its format. */
export function bytesOf(array: WholeNumbers | Float64Array | BigInt64Array, length: number): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, length * array.BYTES_PER_ELEMENT);
}

/** The number in a cell. @throws RangeError for anything else. */
export function numberIn(value: Cell): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) {
    throw new RangeError(
      `A column of numbers does not take ${typeof value === 'object' ? 'a list, a map or nothing' : value}.`,
    );
  }
  return number;
}

/** A column of unsigned integers of up to 32 bits. */
export class WholeNumberColumn implements Column {
  readonly prefix: Buffer = NO_PREFIX;
  #numbers: WholeNumbers;
  #length = 0;
  readonly #max: number;

  constructor(kind: new (length: number) => WholeNumbers) {
    this.#numbers = new kind(FIRST_ROWS);
    this.#max = 2 ** (8 * this.#numbers.BYTES_PER_ELEMENT) - 1;
  }

  add(value: Cell): void {
    const number = typeof value === 'number' ? value : numberIn(value);
    if (!Number.isInteger(number) || number < 0 || number > this.#max) {
      throw new RangeError(`A column of whole numbers up to ${this.#max} does not take ${number}.`);
    }
    if (this.#length === this.#numbers.length) {
      this.#numbers = withDoubleLength(this.#numbers);
    }
    this.#numbers[this.#length] = number;
    this.#length += 1;
  }

  values(): Buffer[] {
    return [bytesOf(this.#numbers, this.#length)];
  }
}

/** A column of doubles. */
export class FloatColumn implements Column {
  readonly prefix: Buffer = NO_PREFIX;
  #numbers = new Float64Array(FIRST_ROWS);
  #length = 0;

  add(value: Cell): void {
    if (this.#length === this.#numbers.length) {
      this.#numbers = withDoubleLength(this.#numbers);
    }
    this.#numbers[this.#length] = numberIn(value);
    this.#length += 1;
  }

  values(): Buffer[] {
    return [bytesOf(this.#numbers, this.#length)];
  }
}
