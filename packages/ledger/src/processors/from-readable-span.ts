import type { Attributes, AttributeValue, Span } from '../span.ts';

/** The SDK's time format. */
type HrTime = readonly [seconds: number, nanos: number];

/**
 * The fields of a finished SDK span that are read. `ReadableSpan` of SDK 2.12 and 3.1 has them.
 *
 * Declared here, so that no SDK type appears in our declarations.
 */
export interface ReadableSpanLike {
  readonly name: string;
  readonly kind: number;
  spanContext(): { readonly traceId: string; readonly spanId: string };
  readonly parentSpanContext?: { readonly spanId: string } | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly time: HrTime;
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  }[];
  readonly resource: { readonly attributes: Readonly<Record<string, unknown>> };
  readonly instrumentationScope: { readonly name: string; readonly version?: string | undefined };
}

/** Converts the SDK's span to a {@link Span}. Attributes are not copied. */
export function fromReadableSpan(span: ReadableSpanLike): Span {
  const { traceId, spanId } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId;
  const { name, version } = span.instrumentationScope;
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined || parentSpanId === '' ? {} : { parentSpanId }),
    name: span.name,
    // OTLP counts from 1 (internal), the API from 0.
    kind: span.kind + 1,
    startTimeUnixNano: nanosOf(span.startTime),
    endTimeUnixNano: nanosOf(span.endTime),
    status: statusOf(span.status),
    attributes: attributesOf(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: nanosOf(event.time),
      attributes: attributesOf(event.attributes ?? {}),
    })),
    resource: attributesOf(span.resource.attributes),
    scope: version === undefined ? { name } : { name, version },
  };
}

function nanosOf(time: HrTime): bigint {
  const [seconds, nanos] = time;
  if (!Number.isFinite(seconds) || !Number.isFinite(nanos)) return 0n;
  return BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(nanos));
}

function statusOf(status: ReadableSpanLike['status']): Span['status'] {
  const code = status.code === 1 || status.code === 2 ? status.code : 0;
  return status.message === undefined ? { code } : { code, message: status.message };
}

/** The SDK's attribute values are valid in OTLP, except `undefined` inside arrays. */
function attributesOf(attributes: Readonly<Record<string, unknown>>): Attributes {
  return attributes as Readonly<Record<string, AttributeValue>>;
}
