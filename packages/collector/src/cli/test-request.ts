import { create, toBinary } from '@bufbuild/protobuf';
import { ExportTraceServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';

/** One made-up call for one made-up user, as an OTLP request. */
export function testRequest(
  userId: string,
  traceId: Uint8Array,
  spanId: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const texts = {
    'user.id': userId,
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
  };
  const counts = { 'gen_ai.usage.input_tokens': 1000n, 'gen_ai.usage.output_tokens': 100n };
  return toBinary(
    ExportTraceServiceRequestSchema,
    create(ExportTraceServiceRequestSchema, {
      resourceSpans: [
        {
          resource: {
            attributes: [
              { key: 'service.name', value: { value: { case: 'stringValue', value: 'userspan-doctor' } } },
            ],
          },
          scopeSpans: [
            {
              scope: { name: 'userspan-doctor' },
              spans: [
                {
                  traceId,
                  spanId,
                  name: 'chat gpt-4o',
                  kind: 3,
                  startTimeUnixNano: now,
                  endTimeUnixNano: now + 1_000_000n,
                  attributes: [
                    ...Object.entries(texts).map(([key, value]) => ({
                      key,
                      value: { value: { case: 'stringValue' as const, value } },
                    })),
                    ...Object.entries(counts).map(([key, value]) => ({
                      key,
                      value: { value: { case: 'intValue' as const, value } },
                    })),
                  ],
                },
              ],
            },
          ],
        },
      ],
    }),
  );
}
