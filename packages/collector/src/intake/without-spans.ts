import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ExportTraceServiceRequestSchema } from '../generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { hexOf } from './spans-of-request.ts';

/** A request after some of it was taken out; everything else of it, unknown fields too, stays. */
export interface Without {
  readonly bytes: Uint8Array;
  readonly removed: number;
}

/** The request without the spans that `isRemoved` names by trace and span id, in hex. */
export function withoutSpans(
  bytes: Uint8Array,
  isRemoved: (traceId: string, spanId: string) => boolean,
): Without {
  const request = fromBinary(ExportTraceServiceRequestSchema, bytes);
  let removed = 0;
  for (const resourceSpans of request.resourceSpans) {
    for (const scopeSpans of resourceSpans.scopeSpans) {
      const kept = scopeSpans.spans.filter(({ traceId, spanId }) => !isRemoved(hexOf(traceId), hexOf(spanId)));
      removed += scopeSpans.spans.length - kept.length;
      scopeSpans.spans = kept;
    }
    resourceSpans.scopeSpans = resourceSpans.scopeSpans.filter(({ spans }) => spans.length > 0);
  }
  request.resourceSpans = request.resourceSpans.filter(({ scopeSpans }) => scopeSpans.length > 0);
  return removed === 0
    ? { bytes, removed }
    : { bytes: toBinary(ExportTraceServiceRequestSchema, request), removed };
}
