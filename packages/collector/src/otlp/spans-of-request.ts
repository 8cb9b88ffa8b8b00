import type { Attributes, AttributeValue, Span, SpanEvent } from '@userspan/ledger';
import {
  type AnyValue,
  InstrumentationScopeSchema,
  type KeyValue,
} from './generated/opentelemetry/proto/common/v1/common_pb.ts';
import { ResourceSchema } from './generated/opentelemetry/proto/resource/v1/resource_pb.ts';
import {
  type Span as OtlpSpan,
  type Span_Event,
  SpanSchema,
  Status_StatusCode,
} from './generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { decode } from './decode.ts';
import { fieldsOf } from './items-of.ts';

const RESOURCE_SPANS = 1;
const RESOURCE = 1;
const SCOPE_SPANS = 2;
const SCOPE = 1;
const SPANS = 2;

/**
 * The spans of an OTLP protobuf request that `scanProtobuf` passed, decoded one by one as they are asked for.
 *
 * A request may hold fifty thousand spans: the reader can yield to other work in between. A span whose ids are invalid
 * is left out.
 */
export function* spansOfRequest(bytes: Uint8Array): Generator<Span, void> {
  for (const resourceSpans of fieldsOf(bytes, RESOURCE_SPANS)) {
    const resource = decode(ResourceSchema, joined(fieldsOf(resourceSpans, RESOURCE)));
    const attributes = attributesOf(resource.attributes);
    for (const scopeSpans of fieldsOf(resourceSpans, SCOPE_SPANS)) {
      const scope = decode(InstrumentationScopeSchema, joined(fieldsOf(scopeSpans, SCOPE)));
      const { name, version } = scope;
      const scopeOfSpans = version === '' ? { name } : { name, version };
      for (const spanBytes of fieldsOf(scopeSpans, SPANS)) {
        const span = decode(SpanSchema, spanBytes);
        if (hasValidIds(span)) {
          yield spanOf(span, attributes, scopeOfSpans);
        }
      }
    }
  }
}

/** A message given in parts is the message of the parts put together: that is how protobuf merges. */
export function joined(parts: Iterable<Uint8Array>): Uint8Array {
  const [first, ...rest] = parts;
  return first === undefined || rest.length > 0
    ? Buffer.concat(first === undefined ? [] : [first, ...rest])
    : first;
}

/** Whether both ids have their length and are not all zeroes, as OTLP requires. */
export function hasValidIds(span: Pick<OtlpSpan, 'traceId' | 'spanId'>): boolean {
  return isId(span.traceId, 16) && isId(span.spanId, 8);
}

function isId(bytes: Uint8Array, length: number): boolean {
  return bytes.length === length && bytes.some((byte) => byte !== 0);
}

function spanOf(span: OtlpSpan, resource: Attributes, scope: Span['scope']): Span {
  const message = span.status?.message ?? '';
  const status: Span['status'] = {
    code: statusCodeOf(span.status?.code),
    ...(message === '' ? undefined : { message }),
  };
  return {
    traceId: hexOf(span.traceId),
    spanId: hexOf(span.spanId),
    ...(isId(span.parentSpanId, 8) ? { parentSpanId: hexOf(span.parentSpanId) } : undefined),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: span.startTimeUnixNano,
    endTimeUnixNano: span.endTimeUnixNano,
    status,
    attributes: attributesOf(span.attributes),
    events: span.events.map(eventOf),
    resource,
    scope,
  };
}

function statusCodeOf(code: Status_StatusCode | undefined): 0 | 1 | 2 {
  switch (code) {
    case Status_StatusCode.OK:
      return 1;
    case Status_StatusCode.ERROR:
      return 2;
    default:
      return 0;
  }
}

function eventOf(event: Span_Event): SpanEvent {
  return {
    name: event.name,
    timeUnixNano: event.timeUnixNano,
    attributes: attributesOf(event.attributes),
  };
}

/** Reads OTLP attributes. Of a key given twice the first counts, as in the OpenTelemetry Collector. */
export function attributesOf(pairs: readonly KeyValue[]): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const { key, value } of pairs) {
    if (Object.hasOwn(attributes, key)) {
      continue;
    }
    if (key === '__proto__') {
      Object.defineProperty(attributes, key, {
        value: valueOf(value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
      continue;
    }
    attributes[key] = valueOf(value);
  }
  return attributes;
}

/** Reads an OTLP value. An integer is a number where a number holds it exactly, else a bigint. */
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

/** The id as it is written everywhere but on the wire. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
