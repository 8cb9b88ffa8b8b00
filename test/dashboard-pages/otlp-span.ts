import { randomBytes } from 'node:crypto';

/** A span, with only the fields that tests set. */
export interface TestSpan {
  readonly service: string;
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

/** Returns a unique trace or span id. */
export function randomId(bytes: 16 | 8): string {
  return randomBytes(bytes).toString('hex');
}

/** The body of an OTLP/HTTP request in JSON. */
export function traceRequest(spans: readonly TestSpan[]): string {
  const services = new Map<string, TestSpan[]>();
  for (const span of spans) {
    const key = `${span.service}\n${span.scope}`;
    const list = services.get(key);
    if (list === undefined) services.set(key, [span]);
    else list.push(span);
  }
  return JSON.stringify({
    resourceSpans: Array.from(services.values(), (list) => ({
      resource: { attributes: keyValues({ 'service.name': list[0]?.service }) },
      scopeSpans: [{ scope: { name: list[0]?.scope }, spans: list.map(otlpSpan) }],
    })),
  });
}

function otlpSpan(span: TestSpan): unknown {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: 3,
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.startMs + span.durationMs),
    attributes: keyValues(span.attributes),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
  };
}

function nanoseconds(timeMs: number): string {
  return String(BigInt(Math.round(timeMs * 1000)) * 1000n);
}

function keyValues(attributes: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): unknown {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: String(value) };
}

/** Sends spans as an exporter does, and throws if the collector does not accept them. */
export async function sendSpans(url: string, spans: readonly TestSpan[], token?: string): Promise<void> {
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: traceRequest(spans),
  });
  if (!response.ok) throw new Error(`the collector answered ${response.status}: ${await response.text()}`);
}
