import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ExportTraceServiceRequestSchema } from '../generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { hasValidIds } from './spans-of-request.ts';

/** The request without the spans whose ids no backend could use; everything else of it, unknown fields too, stays. */
export function withoutInvalidSpans(bytes: Uint8Array): Uint8Array {
  const request = fromBinary(ExportTraceServiceRequestSchema, bytes);
  for (const { scopeSpans } of request.resourceSpans) {
    for (const scope of scopeSpans) {
      scope.spans = scope.spans.filter(hasValidIds);
    }
  }
  return toBinary(ExportTraceServiceRequestSchema, request);
}
