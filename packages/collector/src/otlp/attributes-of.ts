import type { Attributes, AttributeValue } from '@userspan/ledger';
import type { AnyValue, KeyValue } from './generated/opentelemetry/proto/common/v1/common_pb.ts';

/** Reads OTLP attributes. If a key is repeated, the first value is used, as in the OpenTelemetry Collector. */
export function attributesOf(pairs: readonly KeyValue[]): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const { key, value } of pairs) {
    addAttribute(attributes, key, valueOf(value));
  }
  return attributes;
}

/** Adds an attribute unless the key exists. `__proto__` is a normal key. */
export function addAttribute(
  attributes: Record<string, AttributeValue>,
  key: string,
  value: AttributeValue,
): void {
  if (attributes[key] === undefined) {
    attributes[key] = value;
  } else if (!Object.hasOwn(attributes, key)) {
    Object.defineProperty(attributes, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}

/** Reads an OTLP value. An integer becomes a number if it is exact, otherwise a bigint. */
export function valueOf(value: AnyValue | undefined): AttributeValue {
  const oneof = value?.value;
  switch (oneof?.case) {
    case 'stringValue':
    case 'boolValue':
    case 'doubleValue':
      return oneof.value;
    case 'bytesValue':
      // A copy: a view would keep the whole request alive.
      return new Uint8Array(oneof.value);
    case 'intValue': {
      const number = Number(oneof.value);
      return Number.isSafeInteger(number) ? number : oneof.value;
    }
    case 'arrayValue':
      return oneof.value.values.map(valueOf);
    case 'kvlistValue':
      return attributesOf(oneof.value.values);
    default:
      return null;
  }
}
