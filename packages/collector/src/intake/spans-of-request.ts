import { fromBinary } from '@bufbuild/protobuf';
import type { Attributes, AttributeValue, Span, SpanEvent } from '@userspan/ledger';
import { ExportTraceServiceRequestSchema } from '../generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type { AnyValue, KeyValue } from '../generated/opentelemetry/proto/common/v1/common_pb.ts';
import {
  type Span as OtlpSpan,
  type Span_Event,
  Status_StatusCode,
} from '../generated/opentelemetry/proto/trace/v1/trace_pb.ts';

/** The spans of an OTLP protobuf request that {@link scanProtobuf} passed; those with invalid ids are left out. */
export function spansOfRequest(bytes: Uint8Array): Span[] {
  const request = fromBinary(ExportTraceServiceRequestSchema, bytes);
  const spans: Span[] = [];
  for (const { resource, scopeSpans } of request.resourceSpans) {
    const resourceAttributes = attributesOf(resource?.attributes ?? []);
    for (const { scope, spans: otlpSpans } of scopeSpans) {
      const scopeOfSpans =
        scope === undefined
          ? { name: '' }
          : scope.version === ''
            ? { name: scope.name }
            : { name: scope.name, version: scope.version };
      for (const span of otlpSpans) {
        if (hasValidIds(span)) {
          spans.push(spanOf(span, resourceAttributes, scopeOfSpans));
        }
      }
    }
  }
  return spans;
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
    case 'bytesValue':
      return oneof.value;
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

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
