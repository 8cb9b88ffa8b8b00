import { FieldCursor } from './fields.ts';
import { fieldsOf } from './items-of.ts';

/** Field numbers on the way from a request to the id of a span's trace. */
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;
const TRACE_ID = 1;

/** The ids of the traces in an OTLP protobuf request that `scanProtobuf` passed, without decoding its spans. */
export function* traceIdsOfRequest(bytes: Uint8Array): Generator<string, void> {
  const span = new FieldCursor();
  const field = new FieldCursor();
  let last: Buffer | undefined;
  for (const resourceSpans of fieldsOf(bytes, RESOURCE_SPANS)) {
    for (const scopeSpans of fieldsOf(resourceSpans, SCOPE_SPANS)) {
      const spans = Buffer.from(scopeSpans.buffer, scopeSpans.byteOffset, scopeSpans.byteLength);
      for (let at = 0; at < spans.length;) {
        const { number, wireType, contentStart, end } = span.read(spans, at);
        at = end;
        if (number !== SPANS || wireType !== 2) {
          continue;
        }
        for (let inside = contentStart; inside < end;) {
          field.read(spans, inside);
          inside = field.end;
          // Spans of one trace mostly stand side by side.
          if (
            field.number === TRACE_ID &&
            field.wireType === 2 &&
            last?.compare(spans, field.contentStart, field.end) !== 0
          ) {
            last = spans.subarray(field.contentStart, field.end);
            yield last.toString('hex');
          }
        }
      }
    }
  }
}
