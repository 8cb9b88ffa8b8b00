import { create } from '@bufbuild/protobuf';
import type { AttributeValue } from '@userspan/ledger';
import {
  type AnyValue,
  AnyValueSchema,
  KeyValueSchema,
} from './generated/opentelemetry/proto/common/v1/common_pb.ts';

/** Converts a value to OTLP, the inverse of `valueOf`. */
export function anyValueOf(value: AttributeValue): AnyValue {
  if (value === null) {
    return create(AnyValueSchema);
  }
  switch (typeof value) {
    case 'string':
      return create(AnyValueSchema, { value: { case: 'stringValue', value } });
    case 'boolean':
      return create(AnyValueSchema, { value: { case: 'boolValue', value } });
    case 'bigint':
      return create(AnyValueSchema, { value: { case: 'intValue', value } });
    case 'number':
      return create(AnyValueSchema, {
        value: Number.isSafeInteger(value)
          ? { case: 'intValue', value: BigInt(value) }
          : { case: 'doubleValue', value },
      });
    default:
  }
  if (value instanceof Uint8Array) {
    return create(AnyValueSchema, { value: { case: 'bytesValue', value: new Uint8Array(value) } });
  }
  if (Array.isArray(value)) {
    const values = (value as readonly AttributeValue[]).map(anyValueOf);
    return create(AnyValueSchema, { value: { case: 'arrayValue', value: { values } } });
  }
  const values = Object.entries(value as Readonly<Record<string, AttributeValue>>).map(([key, item]) =>
    create(KeyValueSchema, { key, value: anyValueOf(item) }),
  );
  return create(AnyValueSchema, { value: { case: 'kvlistValue', value: { values } } });
}
