import type { Readable } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import type { BudgetShare } from './byte-budget.ts';
import { refuse, type Refusal } from './outcome.ts';

const CHUNK_BYTES = 64 << 10;
/** Smaller chunks are copied into one buffer, because each object needs more than a hundred bytes. */
const SMALL_PIECE_BYTES = 1 << 10;
const BLOCK_BYTES = 8 << 10;
/** Maximum time without data. */
export const BODY_IDLE_MS = 10_000;

/** Content codings an OTLP sender may use; anything else is a 415. */
export const CONTENT_ENCODINGS: readonly string[] = ['gzip', 'deflate', 'identity'];

/**
 * Reads and unpacks a body, taking every byte from the budget as it arrives.
 *
 * `maxBytes` applies before and after decompression, because a kilobyte of gzip can become a megabyte. A body without
 * new data for ten seconds is refused, so that its bytes do not stay in the budget.
 */
export async function readBody(
  stream: Readable,
  encoding: string,
  maxBytes: number,
  share: BudgetShare,
  idleMs: number = BODY_IDLE_MS,
): Promise<Uint8Array | Refusal> {
  const packed = await collect(stream, maxBytes, share, idleMs);
  return 'taken' in packed ? packed : unpack(packed, encoding, maxBytes, share);
}

/** Unpacks a received body within the same limits. */
export async function unpack(
  packed: Uint8Array,
  encoding: string,
  maxBytes: number,
  share: BudgetShare,
): Promise<Uint8Array | Refusal> {
  if (encoding === 'identity') {
    return packed;
  }
  const create = encoding === 'gzip' ? createGunzip : isZlib(packed) ? createInflate : createInflateRaw;
  const unpacker = create({ chunkSize: CHUNK_BYTES });
  unpacker.end(packed);
  try {
    return await collect(unpacker, maxBytes, share);
  } catch (error) {
    return refuse('malformed', `not ${encoding}: ${error instanceof Error ? error.message : 'broken'}`);
  } finally {
    unpacker.destroy();
  }
}

/**
 * Reads all bytes of a stream. After a refusal the stream is paused; the server reads the rest of a refused body, so
 * that the sender gets the answer and not a reset.
 */
function collect(
  stream: Readable,
  maxBytes: number,
  share: BudgetShare,
  idleMs?: number,
): Promise<Uint8Array | Refusal> {
  const pieces = new Pieces();
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const idle = idleMs === undefined ? undefined : setTimeout(onIdle, idleMs);
    stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);

    function onData(chunk: Buffer): void {
      idle?.refresh();
      bytes += chunk.length;
      if (bytes > maxBytes) {
        finish(refuse('too-large', `the body is larger than ${maxBytes} bytes: send smaller batches`));
      } else if (!share.grow(chunk.length)) {
        finish(refuseShare(share, bytes));
      } else {
        pieces.add(chunk);
      }
    }
    function onEnd(): void {
      finish(pieces.whole());
    }
    function onIdle(): void {
      finish(refuse('too-slow', `no byte of the body arrived for ${(idleMs ?? 0) / 1000} s`));
    }
    function onError(error: Error): void {
      forget();
      reject(error);
    }
    function onClose(): void {
      onError(Object.assign(new Error('the connection ended before the body did'), { code: 'ECONNRESET' }));
    }
    function finish(result: Uint8Array | Refusal): void {
      forget();
      stream.pause();
      resolve(result);
    }
    function forget(): void {
      clearTimeout(idle);
      stream.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      // Handles errors of a stream that was already refused.
      stream.on('error', () => undefined);
    }
  });
}

/** The chunks of a body in order. */
class Pieces {
  readonly #pieces: Buffer[] = [];
  /** The buffer for small chunks, and its used length. */
  #block: Buffer | undefined;
  #used = 0;

  add(piece: Buffer): void {
    if (piece.length >= SMALL_PIECE_BYTES) {
      this.#endBlock();
      this.#pieces.push(piece);
      return;
    }
    if (this.#used + piece.length > BLOCK_BYTES) {
      this.#endBlock();
    }
    this.#block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#used += piece.copy(this.#block, this.#used);
  }

  whole(): Buffer {
    this.#endBlock();
    const [first] = this.#pieces;
    return first !== undefined && this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces);
  }

  #endBlock(): void {
    if (this.#block !== undefined) {
      this.#pieces.push(this.#block.subarray(0, this.#used));
      this.#block = undefined;
      this.#used = 0;
    }
  }
}

/** The refusal of a request that could not get `bytes` of the budget: busy, or too large if it can never get them. */
export function refuseShare(share: BudgetShare, bytes: number): Refusal {
  return bytes > share.limitBytes
    ? refuse('too-large', `the request needs more than ${share.limitBytes} bytes: send smaller batches`)
    : refuse('busy', 'too many bytes in flight');
}

/** Whether data has zlib's two-byte header. HTTP's `deflate` requires it, but some senders omit it. */
function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}
