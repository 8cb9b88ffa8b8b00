import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { checkFormat } from '../runtime/format-version.ts';
import { writeFully } from './segment.ts';

const SLOT_BYTES = 512;
const USED_BYTES = 32;
/** Offset of the format version in a slot. 0, from the first versions, means 1. */
const FORMAT_AT = 28;
const FORMAT = 1;

/**
 * The durable position of a reader of the log.
 *
 * Everything before `position` is completed; batches up to `begun` are being written. The end of a batch is made
 * durable before its first write, because its id is made from its positions, which must not be reused even if the log
 * loses its end. Two slots are written alternately, so that a torn write leaves the other intact.
 */
export class Cursor {
  readonly name: string;
  readonly #handle: FileHandle;
  #sequence: number;
  #position: number;
  #begun: number;

  private constructor(name: string, handle: FileHandle, slot: Slot) {
    this.name = name;
    this.#handle = handle;
    this.#sequence = slot.sequence;
    this.#position = slot.position;
    this.#begun = slot.begun;
  }

  get position(): number {
    return this.#position;
  }

  get begun(): number {
    return this.#begun;
  }

  /** Opens the cursor of that name. A new one starts at `startAt`, one with a damaged file at `damagedStartAt`. */
  static async open(
    path: string,
    name: string,
    startAt: number,
    damagedStartAt: number = startAt,
  ): Promise<Cursor> {
    const isNew = await createEmpty(path);
    const handle = await open(path, 'r+');
    const found = await lastSlot(handle, path);
    const position = isNew ? startAt : damagedStartAt;
    const cursor = new Cursor(name, handle, found ?? { sequence: 0, position, begun: position });
    if (found === undefined) {
      // Allocates its full size, so that it can be moved later on a full disk.
      await writeFully(handle, [Buffer.alloc(2 * SLOT_BYTES)], 0);
      await cursor.move(position, position);
    }
    return cursor;
  }

  /** Reads a cursor's file; undefined if it is damaged. */
  static async read(
    path: string,
  ): Promise<{ readonly position: number; readonly begun: number } | undefined> {
    const handle = await open(path, 'r');
    try {
      return await lastSlot(handle, path);
    } finally {
      await handle.close();
    }
  }

  /** Makes both positions durable. */
  async move(position: number, begun: number): Promise<void> {
    const sequence = this.#sequence + 1;
    const slot = Buffer.alloc(USED_BYTES);
    slot.writeDoubleLE(sequence, 4);
    slot.writeDoubleLE(position, 12);
    slot.writeDoubleLE(begun, 20);
    slot.writeUInt8(FORMAT, FORMAT_AT);
    slot.writeUInt32LE(crc32(slot.subarray(4)), 0);
    await writeFully(this.#handle, [slot], (sequence % 2) * SLOT_BYTES);
    await this.#handle.datasync();
    this.#sequence = sequence;
    this.#position = position;
    this.#begun = begun;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

interface Slot {
  readonly sequence: number;
  readonly position: number;
  readonly begun: number;
}

/** Creates the file. Returns whether it did not exist. */
async function createEmpty(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

async function lastSlot(handle: FileHandle, path: string): Promise<Slot | undefined> {
  const bytes = Buffer.alloc(2 * SLOT_BYTES);
  await handle.read(bytes, 0, bytes.length, 0);
  const slots = [readSlot(bytes.subarray(0, SLOT_BYTES), path), readSlot(bytes.subarray(SLOT_BYTES), path)];
  return slots.filter((slot) => slot !== undefined).sort((a, b) => b.sequence - a.sequence)[0];
}

function readSlot(bytes: Buffer, path: string): Slot | undefined {
  const sequence = bytes.readDoubleLE(4);
  if (crc32(bytes.subarray(4, USED_BYTES)) !== bytes.readUInt32LE(0) || sequence < 1) {
    return undefined;
  }
  checkFormat(path, bytes.readUInt8(FORMAT_AT), FORMAT);
  return { sequence, position: bytes.readDoubleLE(12), begun: bytes.readDoubleLE(20) };
}
