import { FieldCursor } from './fields.ts';
import { fieldsOf } from './items-of.ts';

/** Field numbers on the way from a request to the id of a span's trace. */
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;
const TRACE_ID = 1;

/** The ids of the traces in an OTLP protobuf request that `scanProtobuf` passed, without decoding its spans. */
export function* traceIdsOfRequest(bytes: Uint8Array): Generator<string, void> {
  const reader = new TraceIdReader();
  for (const resourceSpans of fieldsOf(bytes, RESOURCE_SPANS)) {
    for (const scopeSpans of fieldsOf(resourceSpans, SCOPE_SPANS)) {
      yield* reader.idsOf(Buffer.from(scopeSpans.buffer, scopeSpans.byteOffset, scopeSpans.byteLength));
    }
  }
}

class TraceIdReader {
  readonly #span = new FieldCursor();
  readonly #field = new FieldCursor();
  #last: Buffer | undefined;

  /** The ids of the traces that the spans of one scope belong to. */
  *idsOf(scopeSpans: Buffer): Generator<string, void> {
    for (let at = 0; at < scopeSpans.length;) {
      const { number, wireType, contentStart, end } = this.#span.read(scopeSpans, at);
      at = end;
      if (number === SPANS && wireType === 2) {
        yield* this.#idsOfSpan(scopeSpans, contentStart, end);
      }
    }
  }

  *#idsOfSpan(bytes: Buffer, start: number, end: number): Generator<string, void> {
    const field = this.#field;
    for (let at = start; at < end;) {
      field.read(bytes, at);
      at = field.end;
      const isTraceId = field.number === TRACE_ID && field.wireType === 2;
      // Spans of one trace mostly stand side by side.
      if (isTraceId && this.#last?.compare(bytes, field.contentStart, field.end) !== 0) {
        this.#last = bytes.subarray(field.contentStart, field.end);
        yield this.#last.toString('hex');
      }
    }
  }
}
