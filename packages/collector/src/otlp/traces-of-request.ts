import { FieldCursor } from './fields.ts';
import { fieldsOf } from './items-of.ts';

/** Field numbers from a request to a span's trace id and start. */
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;
const TRACE_ID = 1;
const START_TIME = 7;

/** A sequence of adjacent spans of one trace. */
export interface TraceStart {
  /** Hex digits. */
  readonly traceId: string;
  /** Start of the earliest of these spans, in milliseconds since the Unix epoch; 0 if one has no start. */
  readonly startMs: number;
}

/**
 * The traces in an OTLP protobuf request that `scanProtobuf` accepted, without decoding its spans. A trace may occur
 * several times.
 */
export function* tracesOfRequest(bytes: Uint8Array): Generator<TraceStart, void> {
  const reader = new TraceReader();
  for (const resourceSpans of fieldsOf(bytes, RESOURCE_SPANS)) {
    for (const scopeSpans of fieldsOf(resourceSpans, SCOPE_SPANS)) {
      yield* reader.tracesOf(Buffer.from(scopeSpans.buffer, scopeSpans.byteOffset, scopeSpans.byteLength));
    }
  }
  yield* reader.lastTrace();
}

class TraceReader {
  readonly #span = new FieldCursor();
  readonly #field = new FieldCursor();
  #last: Buffer | undefined;
  #lastStartMs = 0;

  /** The traces of the spans of one scope, each yielded when the first span of another one is read. */
  *tracesOf(scopeSpans: Buffer): Generator<TraceStart, void> {
    for (let at = 0; at < scopeSpans.length;) {
      const { number, wireType, contentStart, end } = this.#span.read(scopeSpans, at);
      at = end;
      if (number === SPANS && wireType === 2) yield* this.#addSpan(scopeSpans, contentStart, end);
    }
  }

  *lastTrace(): Generator<TraceStart, void> {
    if (this.#last !== undefined) {
      yield { traceId: this.#last.toString('hex'), startMs: this.#lastStartMs };
    }
  }

  *#addSpan(bytes: Buffer, start: number, end: number): Generator<TraceStart, void> {
    const field = this.#field;
    let id: Buffer | undefined;
    let startMs = 0;
    for (let at = start; at < end;) {
      field.read(bytes, at);
      at = field.end;
      if (field.number === TRACE_ID && field.wireType === 2) {
        id = bytes.subarray(field.contentStart, field.end);
      } else if (field.number === START_TIME && field.wireType === 1) {
        startMs = millisecondsAt(bytes, field.contentStart);
      }
    }
    if (id === undefined) return;
    // Spans of one trace are mostly adjacent.
    if (this.#last?.equals(id) === true) {
      this.#lastStartMs = Math.min(this.#lastStartMs, startMs);
      return;
    }
    yield* this.lastTrace();
    this.#last = id;
    this.#lastStartMs = startMs;
  }
}

/** Reads 64-bit nanoseconds as milliseconds. The rounding error is below a millisecond. */
function millisecondsAt(bytes: Buffer, at: number): number {
  return (bytes.readUInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at)) / 1e6;
}
