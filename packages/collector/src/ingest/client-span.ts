import { createHash } from 'node:crypto';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { anyValueOf } from '../otlp/any-value-of.ts';
import { ExportTraceServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type { KeyValueSchema } from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import {
  Span_SpanKind as SpanKind,
  type SpanSchema,
  Status_StatusCode as StatusCode,
} from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';

/** The value of an attribute; `undefined` leaves the attribute out. */
export type ClientValue = string | number | boolean | readonly string[] | undefined;

/** A span created from an event of a client that does not use OTLP. */
export interface ClientSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** Whether it is a request to a model, so that its kind is `CLIENT`. */
  readonly isRequest: boolean;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  /** Pairs instead of an object, because names may come from a hostile client. */
  readonly attributes: readonly (readonly [key: string, value: ClientValue])[];
  /** The message of the error status. */
  readonly error: string | undefined;
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const NO_TRACE = '0'.repeat(32);

/** A trace id from a client's own id: the digits of a UUID, or a hash of any other string. */
export function traceIdOf(id: string): string {
  const digits = UUID.test(id) ? id.replaceAll('-', '').toLowerCase() : NO_TRACE;
  return digits === NO_TRACE ? hexHash(`trace ${id}`, 32) : digits;
}

/** A span id from a client's own id. */
export function spanIdOf(id: string): string {
  return hexHash(`span ${id}`, 16);
}

const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}$/;

/**
 * The trace and the span in a `traceparent` of W3C's Trace Context, with which an event names the span of OpenTelemetry
 * that it is a child of; `undefined` if it is invalid.
 */
export function traceParentOf(
  text: string | undefined,
): { readonly traceId: string; readonly spanId: string } | undefined {
  const [, traceId, spanId] = TRACE_PARENT.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return /[^0]/.test(traceId) && /[^0]/.test(spanId) ? { traceId, spanId } : undefined;
}

function hexHash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/** One OTLP request with these spans, in protobuf. `client` names the instrumentation scope. */
export function encodeClientSpans(client: string, spans: readonly ClientSpan[]): Uint8Array {
  return toBinary(
    ExportTraceServiceRequestSchema,
    create(ExportTraceServiceRequestSchema, {
      resourceSpans: [{ scopeSpans: [{ scope: { name: client }, spans: spans.map(spanMessage) }] }],
    }),
  );
}

function spanMessage(span: ClientSpan): MessageInitShape<typeof SpanSchema> {
  return {
    traceId: Buffer.from(span.traceId, 'hex'),
    spanId: Buffer.from(span.spanId, 'hex'),
    parentSpanId: Buffer.from(span.parentSpanId ?? '', 'hex'),
    name: span.name,
    kind: span.isRequest ? SpanKind.CLIENT : SpanKind.INTERNAL,
    startTimeUnixNano: BigInt(span.startMs) * 1_000_000n,
    endTimeUnixNano: BigInt(Math.max(span.startMs, span.endMs)) * 1_000_000n,
    attributes: span.attributes.flatMap(([key, value]): MessageInitShape<typeof KeyValueSchema>[] =>
      value === undefined ? [] : [{ key, value: anyValueOf(wellFormed(value)) }],
    ),
    ...(span.error === undefined ? {} : { status: { code: StatusCode.ERROR, message: span.error } }),
  };
}

function wellFormed(value: Exclude<ClientValue, undefined>): Exclude<ClientValue, undefined> {
  if (typeof value === 'object') return value.map((text) => text.toWellFormed());
  return typeof value === 'string' ? value.toWellFormed() : value;
}
