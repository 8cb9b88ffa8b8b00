import { create, toBinary } from '@bufbuild/protobuf';
import type { Attributes } from '@opentelemetry/api';
import { KeyValueSchema } from './generated/opentelemetry/proto/common/v1/common_pb.ts';
import { type Span, SpanSchema } from './generated/opentelemetry/proto/trace/v1/trace_pb.ts';

/** Encodes attributes as fields of a span's protobuf, which can be appended to it. */
export function encodeAttributes(attributes: Attributes): Uint8Array | undefined {
  const pairs: Span['attributes'] = [];
  for (const [key, value] of Object.entries(attributes)) {
    switch (typeof value) {
      case 'string':
        pairs.push(create(KeyValueSchema, { key, value: { value: { case: 'stringValue', value } } }));
        break;
      case 'boolean':
        pairs.push(create(KeyValueSchema, { key, value: { value: { case: 'boolValue', value } } }));
        break;
      case 'number':
        pairs.push(create(KeyValueSchema, { key, value: numberValue(key, value) }));
        break;
      default:
    }
  }
  return pairs.length === 0 ? undefined : toBinary(SpanSchema, create(SpanSchema, { attributes: pairs }));
}

/** An amount of money is always a double, even if it is whole, so that a backend's column has one type. */
function numberValue(
  key: string,
  value: number,
): { value: { case: 'intValue'; value: bigint } | { case: 'doubleValue'; value: number } } {
  return Number.isSafeInteger(value) && !key.startsWith('gen_ai.usage.cost')
    ? { value: { case: 'intValue', value: BigInt(value) } }
    : { value: { case: 'doubleValue', value } };
}
