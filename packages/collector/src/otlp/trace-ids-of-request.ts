import { fieldsOf, itemsOf } from './items-of.ts';
import { hexOf } from './spans-of-request.ts';

const TRACE_ID = 1;

/** The ids of the traces in an OTLP protobuf request that `scanProtobuf` passed, without decoding its spans. */
export function* traceIdsOfRequest(bytes: Uint8Array): Generator<string, void> {
  let last = '';
  for (const span of itemsOf(bytes)) {
    for (const id of fieldsOf(span, TRACE_ID)) {
      const traceId = hexOf(id);
      // Spans of one trace mostly stand side by side.
      if (traceId !== last) yield traceId;
      last = traceId;
    }
  }
}
