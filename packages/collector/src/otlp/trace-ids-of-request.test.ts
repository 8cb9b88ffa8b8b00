import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ExportTraceServiceRequestSchema } from './generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { spansOfRequest } from './spans-of-request.ts';
import { traceIdsOfRequest } from './trace-ids-of-request.ts';

const ID = fc.uint8Array({ minLength: 15, maxLength: 17 });
const SPAN = fc.record({
  traceId: ID,
  spanId: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  name: fc.string(),
});
const REQUEST = fc.array(fc.array(fc.array(SPAN, { maxLength: 4 }), { maxLength: 3 }), { maxLength: 3 });

test('every trace of which a span can be read is among the ids', () => {
  fc.assert(
    fc.property(REQUEST, (resources) => {
      const resourceSpans = resources.map((scopes) => ({ scopeSpans: scopes.map((spans) => ({ spans })) }));
      const bytes = toBinary(
        ExportTraceServiceRequestSchema,
        create(ExportTraceServiceRequestSchema, { resourceSpans }),
      );
      const ids = new Set(traceIdsOfRequest(bytes));
      for (const { traceId } of spansOfRequest(bytes)) expect(ids).toContain(traceId);
    }),
  );
});
