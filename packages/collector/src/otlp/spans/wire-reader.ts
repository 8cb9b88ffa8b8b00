import { readField } from '../fields.ts';
import type { RepeatedTexts } from './repeated-texts.ts';

/** Reads protobuf values sequentially without allocating objects. */
export class WireReader {
  protected readonly bytes: Buffer;
  readonly #view: DataView;
  /** Position of the next value. */
  protected at = 0;

  constructor(message: Uint8Array) {
    this.bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    this.#view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  }

  protected text(known: RepeatedTexts): string {
    const end = this.length();
    const text = known.read(this.bytes, this.at, end);
    this.at = end;
    return text;
  }

  protected fixed64(): bigint {
    const value = this.#view.getBigUint64(this.at, true);
    this.at += 8;
    return value;
  }

  protected double(): number {
    const value = this.#view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  /** Reads an int64 as a number if it is exact, otherwise as a bigint. */
  protected int64(): number | bigint {
    const start = this.at;
    let value = 0;
    let factor = 1;
    // Seven groups of seven bits are exact in a number and never negative.
    for (let group = 0; group < 7; group += 1) {
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        return value;
      }
      factor *= 128;
    }
    this.at = start;
    let bits = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      bits |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        const exact = BigInt.asIntN(64, bits);
        const number = Number(exact);
        return Number.isSafeInteger(number) ? number : exact;
      }
    }
  }

  /** Reads a length and returns the end of the field. */
  protected length(): number {
    const length = this.varint();
    const end = this.at + length;
    if (end > this.bytes.length) {
      throw new RangeError('A field is longer than its message: the request is damaged.');
    }
    return end;
  }

  /** The low 32 bits of a varint. */
  protected varint(): number {
    const bytes = this.bytes;
    const first = bytes[this.at] ?? 0;
    this.at += 1;
    if (first < 0x80) {
      return first;
    }
    let value = first & 0x7f;
    for (let shift = 7; ; shift += 7) {
      const byte = bytes[this.at] ?? 0;
      this.at += 1;
      if (shift < 32) {
        value |= (byte & 0x7f) << shift;
      }
      if (byte < 0x80) {
        return value >>> 0;
      }
    }
  }

  protected skip(fieldAt: number): void {
    this.at = readField(this.bytes, fieldAt).end;
  }
}
