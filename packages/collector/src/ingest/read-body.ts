import type { Readable } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import type { BudgetShare } from './byte-budget.ts';
import { refuse, type Refusal } from './outcome.ts';

const CHUNK_BYTES = 64 << 10;

/** Content codings an OTLP sender may use; anything else is a 415. */
export const CONTENT_ENCODINGS: readonly string[] = ['gzip', 'deflate', 'identity'];

/**
 * Reads and unpacks a body, taking every byte from the budget as it appears.
 *
 * `maxBytes` holds before and after decompression: a kilobyte of gzip can be a megabyte.
 */
export async function readBody(
  stream: Readable,
  encoding: string,
  maxBytes: number,
  share: BudgetShare,
): Promise<Uint8Array | Refusal> {
  const packed = await collect(stream, maxBytes, share);
  if ('taken' in packed || encoding === 'identity') {
    return packed;
  }
  const unpack = encoding === 'gzip' ? createGunzip : isZlib(packed) ? createInflate : createInflateRaw;
  const unpacker = unpack({ chunkSize: CHUNK_BYTES });
  unpacker.end(packed);
  try {
    return await collect(unpacker, maxBytes, share);
  } catch (error) {
    return refuse('malformed', `not ${encoding}: ${error instanceof Error ? error.message : 'broken'}`);
  } finally {
    unpacker.destroy();
  }
}

async function collect(
  stream: Readable,
  maxBytes: number,
  share: BudgetShare,
): Promise<Uint8Array | Refusal> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let refusal: Refusal | undefined;
  // A body that is refused half-way is read to its end by the server, so the sender sees the answer and not a reset.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      refusal = refuse('too-large', `the body is larger than ${maxBytes} bytes: send smaller batches`);
    } else if (!share.grow(chunk.length)) {
      refusal = refuse('busy', 'too many bytes in flight');
    }
    if (refusal !== undefined) {
      break;
    }
    chunks.push(chunk);
  }
  if (refusal !== undefined) {
    return refusal;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
}

/** HTTP's deflate is zlib's format; some senders leave its two-byte header away. */
function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}
