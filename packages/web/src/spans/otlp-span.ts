/** Types of attribute values in this package. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Attributes. `undefined` values are left out. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** A finished span of the page. */
export interface WebSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  /** As in OTLP: 1 internal, 3 client. */
  readonly kind: 1 | 3;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes: Attributes;
  readonly hasFailed?: boolean;
}

/** A span as JSON, one item of `spans` in OTLP/JSON. */
export function otlpSpan(span: WebSpan): string {
  return JSON.stringify({
    traceId: span.traceId,
    spanId: span.spanId,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: nanos(span.startMs),
    endTimeUnixNano: nanos(span.startMs + span.durationMs),
    attributes: keyValues(span.attributes),
    ...(span.hasFailed === true ? { status: { code: 2 } } : {}),
  });
}

/** An OTLP/JSON request with serialized spans. */
export function otlpRequest(
  resource: Attributes,
  scope: { name: string; version: string },
  spans: readonly string[],
): string {
  const head = JSON.stringify({ attributes: keyValues(resource) });
  return `{"resourceSpans":[{"resource":${head},"scopeSpans":[{"scope":${JSON.stringify(scope)},"spans":[${spans.join()}]}]}]}`;
}

/** Converts milliseconds to nanoseconds, with the precision of a page's clock (microseconds). */
function nanos(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}

function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: AttributeValue): object {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      return { arrayValue: { values: value.map((each) => ({ stringValue: each })) } };
  }
}
