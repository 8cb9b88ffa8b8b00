import { textOf } from './column.ts';
import type { Cell, Column } from './column.ts';
import { decimalUnits } from './decimal-units.ts';
import { bytesOf, withDoubleLength, numberIn } from './number-columns.ts';

const FIRST_ROWS = 64;
const NO_PREFIX = Buffer.alloc(0);
const TWO_TO_32 = 2 ** 32;
/** Strings with at most this many digits can be parsed exactly as a double. */
const SAFE_DIGITS = 15;
/** Maximum number of digits of 64 bits. The last nine are read separately, so that both parts are exact as doubles. */
const MAX_DIGITS = 20;
const LOWER_DIGITS = 9;
const LOWER_UNIT = 10 ** LOWER_DIGITS;
const ZERO = 0x30;
const WHOLE = /^-?\d+$/;

/** A column of 64-bit integers, signed or unsigned, which have the same bits. */
export class LongColumn implements Column {
  readonly prefix: Buffer = NO_PREFIX;
  #numbers = new BigInt64Array(FIRST_ROWS);
  /** The same memory as 32-bit halves, to write a double without creating a `bigint`. */
  #halves = new Int32Array(this.#numbers.buffer);
  #length = 0;

  add(value: Cell): void {
    if (this.#length === this.#numbers.length) {
      this.#numbers = withDoubleLength(this.#numbers);
      this.#halves = new Int32Array(this.#numbers.buffer);
    }
    if (typeof value === 'bigint') {
      this.#numbers[this.#length] = value;
    } else if (typeof value === 'string' && value.length > SAFE_DIGITS) {
      if (!this.#writeDigits(value)) this.#numbers[this.#length] = wholeNumber(value);
    } else {
      this.#writeNumber(typeof value === 'number' ? value : numberIn(value));
    }
    this.#length += 1;
  }

  values(): Buffer[] {
    return [bytesOf(this.#numbers, this.#length)];
  }

  /**
   * Writes up to 20 digits, without creating a `bigint`. Returns `false` and writes nothing if the string has other characters or
   * more digits.
   */
  #writeDigits(text: string): boolean {
    const { length } = text;
    if (length > MAX_DIGITS) return false;
    const upper = digitsIn(text, 0, length - LOWER_DIGITS);
    const lower = digitsIn(text, length - LOWER_DIGITS, length);
    if (upper < 0 || lower < 0) return false;
    // The lower half is exact, because `imul` is. The sum is rounded, by less than half of the 2^32 that follow it.
    const low = (Math.imul(upper | 0, LOWER_UNIT) + lower) >>> 0;
    this.#halves[this.#length * 2] = low;
    this.#halves[this.#length * 2 + 1] = Math.round((upper * LOWER_UNIT + lower - low) / TWO_TO_32);
    return true;
  }

  #writeNumber(number: number): void {
    if (Number.isSafeInteger(number)) {
      this.#halves[this.#length * 2] = number;
      this.#halves[this.#length * 2 + 1] = Math.floor(number / TWO_TO_32);
    } else if (Number.isInteger(number)) {
      this.#numbers[this.#length] = BigInt(number);
    } else {
      throw new RangeError(`A column of whole numbers does not take ${number}.`);
    }
  }
}

/** The number that the characters from `start` to `end` make up; -1 if not all are digits. */
function digitsIn(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Parses an integer, which may have an exponent or end in `.0`. */
function wholeNumber(text: string): bigint {
  const number = WHOLE.test(text) ? text : numberIn(text);
  if (typeof number === 'number' && !Number.isInteger(number)) {
    throw new RangeError(`A column of whole numbers does not take ${text}.`);
  }
  return BigInt(number);
}

/** A column of decimals with 18 decimal places, stored as 128-bit integers. */
export class DecimalColumn implements Column {
  readonly prefix: Buffer = NO_PREFIX;
  /** Two items per row: the lower and the upper half. */
  #halves = new BigInt64Array(2 * FIRST_ROWS);
  #length = 0;

  add(value: Cell): void {
    if (this.#length === this.#halves.length) {
      this.#halves = withDoubleLength(this.#halves);
    }
    const units = typeof value === 'bigint' ? value : decimalUnits(textOf(value));
    this.#halves[this.#length] = units;
    this.#halves[this.#length + 1] = units >> 64n;
    this.#length += 2;
  }

  values(): Buffer[] {
    return [bytesOf(this.#halves, this.#length)];
  }
}

const UUID_BYTES = 16;
const DASH = 0x2d;
const NO_DIGIT = 0xff;
const HEX = new Uint8Array(256).fill(NO_DIGIT);
for (let digit = 0; digit < 16; digit += 1) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** A column of ids of 32 hex digits, with or without dashes. */
export class UuidColumn implements Column {
  readonly prefix: Buffer = NO_PREFIX;
  #bytes = Buffer.allocUnsafe(FIRST_ROWS * UUID_BYTES);
  #length = 0;

  add(value: Cell): void {
    const text = textOf(value);
    const { length } = text;
    if (this.#length + UUID_BYTES > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.allocUnsafe(this.#bytes.length)]);
    }
    let digits = 0;
    let upper = 0;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === DASH) {
        continue;
      }
      const digit = HEX[code] ?? NO_DIGIT;
      if (digit === NO_DIGIT || digits === UUID_BYTES * 2) {
        throw new RangeError(`A column of UUIDs does not take ${text}.`);
      }
      if ((digits & 1) === 0) {
        upper = digit << 4;
      } else {
        // Two 64-bit integers, the upper one first, each little-endian.
        this.#bytes[this.#length + ((digits >> 1) ^ 7)] = upper | digit;
      }
      digits += 1;
    }
    if (digits !== UUID_BYTES * 2) {
      throw new RangeError(`A column of UUIDs does not take ${text}.`);
    }
    this.#length += UUID_BYTES;
  }

  values(): Buffer[] {
    return [this.#bytes.subarray(0, this.#length)];
  }
}
