import { crc32 } from 'node:zlib';
import { type Signal, SIGNALS } from '../otlp/signal.ts';

/** One acknowledged request in the log: uncompressed OTLP protobuf with its origin. */
export interface WalRecord {
  readonly signal: Signal;
  readonly project: string;
  readonly claimed: boolean;
  readonly receivedAtMs: number;
  /** Number of spans, log records or metrics in the body. */
  readonly items: number;
  readonly body: Uint8Array;
  /** Whether prompts and answers were removed from the body. Default false. */
  readonly contentRemoved?: boolean;
}

/** The last byte of {@link MAGIC}, a digit, is the version of the format. */
export const RECORD_FORMAT = 1;
/*
 * On disk, little-endian; FORMAT.md has all files of the log:
 *   0  u32 magic          4  u32 length of what follows the header
 *   8  u32 CRC-32 of everything from byte 12 on
 *  12  u8 signal         13  u8 flags (1 claimed, 2 content removed)    14  u16 length of project
 *  16  u32 items         20  u32 length of body      24  f64 receivedAtMs
 *  32  project, body, padding
 * The padding is what erasure leaves: positions must not move, for they are the ids of batches.
 */
export const HEADER_BYTES = 32;
export const MAGIC = 0x31525355;
const CLAIMED = 1;
const CONTENT_REMOVED = 2;
/** Maximum length of a record. A larger one means damage. */
const MAX_PAYLOAD_BYTES = 0x3fff_ffff;

/** The record's bytes as buffers to write in order. With `totalBytes` it is padded to that size. */
export function encodeRecord(record: WalRecord, totalBytes?: number): Buffer[] {
  const project = Buffer.from(record.project);
  const body = Buffer.from(record.body.buffer, record.body.byteOffset, record.body.byteLength);
  const used = HEADER_BYTES + project.length + body.length;
  const padding = Buffer.alloc(totalBytes === undefined ? 0 : totalBytes - used);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(used + padding.length - HEADER_BYTES, 4);
  header.writeUInt8(SIGNALS.indexOf(record.signal), 12);
  header.writeUInt8(
    (record.claimed ? CLAIMED : 0) | (record.contentRemoved === true ? CONTENT_REMOVED : 0),
    13,
  );
  header.writeUInt16LE(project.length, 14);
  header.writeUInt32LE(record.items, 16);
  header.writeUInt32LE(body.length, 20);
  header.writeDoubleLE(record.receivedAtMs, 24);
  // zlib's crc32 restarts at an empty buffer.
  const parts = [project, body, padding].filter((part) => part.length > 0);
  header.writeUInt32LE(
    parts.reduce((crc, part) => crc32(part, crc), crc32(header.subarray(12))),
    8,
  );
  return [header, ...parts];
}

/** The format of the record that starts here; undefined if none does. */
export function recordFormat(bytes: Buffer): number | undefined {
  const digit = /^USR([1-9])$/.exec(bytes.toString('latin1', 0, 4))?.[1];
  return digit === undefined ? undefined : Number(digit);
}

/** The size of the record that starts here, including its header; undefined if none can start here. */
export function recordBytes(bytes: Buffer, at: number): number | undefined {
  if (at + HEADER_BYTES > bytes.length || bytes.readUInt32LE(at) !== MAGIC) {
    return undefined;
  }
  const payload = bytes.readUInt32LE(at + 4);
  return payload > MAX_PAYLOAD_BYTES ? undefined : HEADER_BYTES + payload;
}

/** Reads the record in `bytes`; undefined if its checksum is wrong. The body is a view and not a copy. */
export function decodeRecord(bytes: Buffer): WalRecord | undefined {
  if (crc32(bytes.subarray(12)) !== bytes.readUInt32LE(8)) {
    return undefined;
  }
  const signal = SIGNALS[bytes.readUInt8(12)];
  const projectBytes = bytes.readUInt16LE(14);
  const bodyAt = HEADER_BYTES + projectBytes;
  const bodyEnd = bodyAt + bytes.readUInt32LE(20);
  if (signal === undefined || bodyEnd > bytes.length) {
    return undefined;
  }
  return {
    signal,
    project: bytes.toString('utf8', HEADER_BYTES, bodyAt),
    claimed: (bytes.readUInt8(13) & CLAIMED) !== 0,
    ...((bytes.readUInt8(13) & CONTENT_REMOVED) === 0 ? undefined : { contentRemoved: true }),
    receivedAtMs: bytes.readDoubleLE(24),
    items: bytes.readUInt32LE(16),
    body: bytes.subarray(bodyAt, bodyEnd),
  };
}
