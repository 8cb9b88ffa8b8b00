import type { Call } from '../call/call.ts';
import { SseTap } from './sse-tap.ts';

/** Maximum size of a JSON body that is collected from chunks. A larger one is not parsed. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Observes a body that the caller reads in chunks, and ends the call with it. */
export class BodyTap {
  readonly #call: Call;
  readonly #sse: SseTap | undefined;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(call: Call) {
    this.#call = call;
    this.#sse = call.isEventStream ? new SseTap(call, 'latin1') : undefined;
  }

  /** Processes a chunk and returns the part for the caller; undefined for none. */
  push(piece: unknown): unknown {
    this.#call.touch();
    const bytes = bytesOf(piece);
    if (bytes === undefined) return piece;
    if (this.#sse === undefined) {
      this.#keep(bytes);
      return piece;
    }
    const seen = bytes.toString('latin1');
    const visible = this.#sse.push(seen);
    if (visible.length === seen.length) return visible === seen ? piece : latin1(visible);
    return visible === '' ? undefined : latin1(visible);
  }

  /** Processes the end and returns the rest for the caller. */
  finish(): unknown {
    const visible = this.#sse?.finish() ?? '';
    if (this.#sse === undefined && this.#length <= MAX_BODY_BYTES) this.#call.answer(this.#parsed());
    if (this.#sse === undefined) this.#call.end();
    else this.#call.endStream();
    return visible === '' ? undefined : latin1(visible);
  }

  /** Call when the caller stops reading. */
  stop(): void {
    this.#pieces = [];
    this.#call.end();
  }

  /** Call when reading the body failed. */
  fail(error: unknown): void {
    this.#pieces = [];
    this.#call.fail(error);
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#call.start.endpoint.api === 'speech') return;
    // Copied, because the reader may reuse the buffer.
    if (this.#length <= MAX_BODY_BYTES) this.#pieces.push(Buffer.from(bytes));
    else this.#pieces = [];
  }

  #parsed(): unknown {
    const text = Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = [];
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }
}

function bytesOf(piece: unknown): Buffer | undefined {
  if (typeof piece === 'string') return Buffer.from(piece, 'utf8');
  if (piece instanceof Uint8Array) return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  return undefined;
}

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
