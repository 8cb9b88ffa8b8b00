import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ExportTraceServiceRequestSchema } from './generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { spansOfRequest } from './spans-of-request.ts';
import { tracesOfRequest } from './traces-of-request.ts';

const ID = fc.uint8Array({ minLength: 15, maxLength: 17 });
const SPAN = fc.record({
  traceId: ID,
  spanId: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  name: fc.string(),
  startTimeUnixNano: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
});
const REQUEST = fc.array(fc.array(fc.array(SPAN, { maxLength: 4 }), { maxLength: 3 }), { maxLength: 3 });

test('returns every trace with a readable span, with the start of its earliest span or an earlier time', () => {
  fc.assert(
    fc.property(REQUEST, (resources) => {
      const resourceSpans = resources.map((scopes) => ({ scopeSpans: scopes.map((spans) => ({ spans })) }));
      const bytes = toBinary(
        ExportTraceServiceRequestSchema,
        create(ExportTraceServiceRequestSchema, { resourceSpans }),
      );
      const starts = new Map<string, number>();
      for (const { traceId, startMs } of tracesOfRequest(bytes)) {
        starts.set(traceId, Math.min(startMs, starts.get(traceId) ?? startMs));
      }
      for (const { traceId, startTimeUnixNano } of spansOfRequest(bytes)) {
        expect(starts.get(traceId)).toBeLessThanOrEqual(Number(startTimeUnixNano) / 1e6);
      }
    }),
  );
});
