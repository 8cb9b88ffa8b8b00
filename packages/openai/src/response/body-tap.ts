import type { Call } from '../call/call.ts';
import { SseTap } from './sse-tap.ts';

/** What is kept of a JSON body that is read in pieces; a longer one is not read. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Follows a body that the caller reads in pieces, and ends the call with it. */
export class BodyTap {
  readonly #call: Call;
  readonly #sse: SseTap | undefined;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(call: Call) {
    this.#call = call;
    this.#sse = call.isEventStream ? new SseTap(call, 'latin1') : undefined;
  }

  /** Takes a piece; gives what the caller may see of it, undefined for nothing. */
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

  /** Takes the end; gives what was held back. */
  finish(): unknown {
    const visible = this.#sse?.finish() ?? '';
    if (this.#sse === undefined && this.#length <= MAX_BODY_BYTES) this.#call.answer(this.#parsed());
    this.#call.end();
    return visible === '' ? undefined : latin1(visible);
  }

  /** The caller has had enough. */
  stop(): void {
    this.#pieces = [];
    this.#call.end();
  }

  /** The body broke. */
  fail(error: unknown): void {
    this.#pieces = [];
    this.#call.fail(error);
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#call.start.endpoint.api === 'speech') return;
    // Copied: the reader may reuse the buffer.
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
