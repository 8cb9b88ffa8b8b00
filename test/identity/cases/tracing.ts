import type * as Api from '@opentelemetry/api';

/** A finished span, as a backend would see it. */
export interface Finished {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number; readonly message?: string };
  readonly links: readonly string[];
}

/** An OpenTelemetry SDK, set up with the app's pieces: what the cases run over. */
export interface Tracing {
  /** The API that the SDK was made for. */
  readonly api: typeof Api;
  /** Sets everything up: provider, context manager, propagator. `sampled: false` records nothing. */
  start(options?: { readonly sampled?: boolean; readonly propagator?: Api.TextMapPropagator }): void;
  /** Removes everything that `setUp` has set up. */
  stop(): void;
  /** A propagator of trace context and baggage, as in most apps. */
  w3c(): Api.TextMapPropagator;
  finished(): Finished[];
}

/** The fields of a readable span that all SDK lines have. */
export interface ReadableSpanLike {
  readonly name: string;
  readonly kind: number;
  readonly attributes: object;
  readonly status: { readonly code: number; readonly message?: string };
  readonly parentSpanContext?: Api.SpanContext;
  readonly links: readonly { readonly context: Api.SpanContext }[];
  spanContext(): Api.SpanContext;
}

/** Reads a span of any SDK line. */
export function finishedSpan(span: ReadableSpanLike): Finished {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: span.kind,
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    attributes: { ...span.attributes },
    status: span.status,
    links: span.links.map((link) => `${link.context.traceId}-${link.context.spanId}`),
  };
}

/** Attributes of a span for which the app has explicitly set no user, with `identify(null)`. */
export const NO_USER: Readonly<Record<string, unknown>> = { 'userspan.user_none': true };

/** The attributes of every finished span by its name; names are unique within a case. */
export function byName(tracing: Tracing): Record<string, Readonly<Record<string, unknown>>> {
  return Object.fromEntries(tracing.finished().map((span) => [span.name, span.attributes]));
}

/** Runs `fn` in a span, which ends when the returned promise has settled. */
export function inSpan<T>(tracing: Tracing, name: string, fn: () => T): T {
  return tracing.api.trace.getTracer('app').startActiveSpan(name, (span) => {
    const result = fn();
    if (result instanceof Promise) {
      return result.finally(() => span.end()) as T;
    }
    span.end();
    return result;
  });
}

/** A span of no content. */
export function mark(tracing: Tracing, name: string): void {
  inSpan(tracing, name, () => {});
}

/** Collects the messages that `diag` logs from now on. */
export function listen(tracing: Tracing): string[] {
  const warnings: string[] = [];
  const hear = (message: string): void => void warnings.push(message);
  const { diag, DiagLogLevel } = tracing.api;
  diag.setLogger(
    { error: hear, warn: hear, info: () => {}, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return warnings;
}
