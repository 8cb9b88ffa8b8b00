import type { Span } from '@userspan/ledger';
import { InstrumentationScopeSchema } from './generated/opentelemetry/proto/common/v1/common_pb.ts';
import { ResourceSchema } from './generated/opentelemetry/proto/resource/v1/resource_pb.ts';
import type { Span as OtlpSpan } from './generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { attributesOf } from './attributes-of.ts';
import { decode } from './decode.ts';
import { FieldCursor } from './fields.ts';
import { fieldsOf } from './items-of.ts';
import { SpanReader } from './spans/span-reader.ts';

const RESOURCE_SPANS = 1;
const RESOURCE = 1;
const SCOPE_SPANS = 2;
const SCOPE = 1;
const SPANS = 2;

/**
 * The spans of an OTLP protobuf request that `scanProtobuf` accepted, decoded lazily one by one.
 *
 * A request may have fifty thousand spans, so the caller can do other work in between. Spans with invalid ids are left
 * out.
 */
export function* spansOfRequest(bytes: Uint8Array): Generator<Span, void> {
  const reader = new SpanReader(bytes);
  const field = new FieldCursor();
  for (const resourceSpans of fieldsOf(bytes, RESOURCE_SPANS)) {
    const resource = decode(ResourceSchema, joined(fieldsOf(resourceSpans, RESOURCE)));
    const attributes = attributesOf(resource.attributes);
    for (const scopeSpans of fieldsOf(resourceSpans, SCOPE_SPANS)) {
      const scope = scopeOf(scopeSpans);
      const offset = scopeSpans.byteOffset - bytes.byteOffset;
      for (let at = 0; at < scopeSpans.length;) {
        const { number, wireType, contentStart, end } = field.read(scopeSpans, at);
        at = end;
        const span =
          number === SPANS && wireType === 2
            ? reader.span(offset + contentStart, offset + end, attributes, scope)
            : undefined;
        if (span !== undefined) {
          yield span;
        }
      }
    }
  }
}

function scopeOf(scopeSpans: Uint8Array): Span['scope'] {
  const { name, version } = decode(InstrumentationScopeSchema, joined(fieldsOf(scopeSpans, SCOPE)));
  return version === '' ? { name } : { name, version };
}

/** Joins the parts of a repeated message, which is how protobuf merges them. */
export function joined(parts: Iterable<Uint8Array>): Uint8Array {
  const [first, ...rest] = parts;
  return first === undefined || rest.length > 0
    ? Buffer.concat(first === undefined ? [] : [first, ...rest])
    : first;
}

/** Whether both ids have the required length and are not all zeroes, as OTLP requires. */
export function hasValidIds(span: Pick<OtlpSpan, 'traceId' | 'spanId'>): boolean {
  return isId(span.traceId, 16) && isId(span.spanId, 8);
}

function isId(bytes: Uint8Array, length: number): boolean {
  return bytes.length === length && bytes.some((byte) => byte !== 0);
}

/** An id in lower-case hex. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
