import type { FileHandle } from 'node:fs/promises';
import { decodeRecord, HEADER_BYTES, type WalRecord, MAGIC, recordBytes } from './record.ts';

/** A record with its position in its file. */
export interface FoundRecord {
  readonly record: WalRecord;
  readonly offset: number;
  readonly end: number;
}

const WINDOW_BYTES = 1 << 20;
const MAGIC_BYTES = Buffer.alloc(4);
MAGIC_BYTES.writeUInt32LE(MAGIC);

/** Reads a file of records sequentially through a buffer. */
export class RecordReader {
  readonly #handle: FileHandle;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** The record at `offset`; undefined if there is no complete, undamaged one before `limit`. */
  async at(offset: number, limit: number): Promise<FoundRecord | undefined> {
    const header = await this.#bytes(offset, HEADER_BYTES, limit);
    const length = header === undefined ? undefined : recordBytes(header, 0);
    const bytes = length === undefined ? undefined : await this.#bytes(offset, length, limit);
    const record = bytes === undefined ? undefined : decodeRecord(bytes);
    return record === undefined || bytes === undefined
      ? undefined
      : { record, offset, end: offset + bytes.length };
  }

  /** The first undamaged record at or after `offset`, for continuing after damaged bytes. */
  async from(offset: number, limit: number): Promise<FoundRecord | undefined> {
    let at = offset;
    while (at + HEADER_BYTES <= limit) {
      const bytes = await this.#bytes(at, Math.min(WINDOW_BYTES, limit - at), limit);
      const found = bytes?.indexOf(MAGIC_BYTES) ?? -1;
      if (bytes === undefined) {
        return undefined;
      }
      if (found < 0) {
        at += bytes.length - MAGIC_BYTES.length + 1;
        continue;
      }
      const record = await this.at(at + found, limit);
      if (record !== undefined) {
        return record;
      }
      at += found + 1;
    }
    return undefined;
  }

  async #bytes(offset: number, length: number, limit: number): Promise<Buffer | undefined> {
    if (offset + length > limit) {
      return undefined;
    }
    const from = offset - this.#windowAt;
    if (from >= 0 && from + length <= this.#window.length) {
      return this.#window.subarray(from, from + length);
    }
    // A new buffer each time, because returned records are views of the old one.
    const window = Buffer.allocUnsafeSlow(Math.min(Math.max(length, WINDOW_BYTES), limit - offset));
    let filled = 0;
    while (filled < window.length) {
      const { bytesRead } = await this.#handle.read(window, filled, window.length - filled, offset + filled);
      if (bytesRead === 0) {
        break;
      }
      filled += bytesRead;
    }
    this.#window = window.subarray(0, filled);
    this.#windowAt = offset;
    return filled < length ? undefined : this.#window.subarray(0, length);
  }
}
