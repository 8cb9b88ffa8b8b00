/**
 * The tracer provider for spans of these packages when another OpenTelemetry SDK owns the process.
 *
 * `register()` of `@userspan/node` then records with a tracer provider that is not the global one. Its spans take their
 * trace and parent from the active context, so both sides share trace ids. They are kept under a separate context key
 * and never become the active span. Otherwise spans of the other SDK would get a parent that its backend never
 * receives.
 */
import type { Context, Span, SpanContext, Tracer, TracerProvider } from '@opentelemetry/api';
import { createContextKey, trace } from '@opentelemetry/api';

import { processState } from './process-state.ts';
import { VERSION } from './version.ts';

const PROVIDER: unique symbol = Symbol.for('userspan.provider.1') as never;
const OWN_SPAN_KEY = /* @__PURE__ */ createContextKey('userspan.span.1');
/**
 * Marks spans of the provider that records beside another SDK. A registered symbol, so that two copies of this package
 * share it.
 */
const IS_OWN: unique symbol = Symbol.for('userspan.own-span.1') as never;

interface MarkedSpan extends Span {
  [IS_OWN]?: true;
}

function state(): { provider: TracerProvider | undefined } {
  return processState(PROVIDER, () => ({ provider: undefined }));
}

/** Sets the provider of our spans if another SDK has the global one; undefined if ours is the global one. */
export function setOwnTracerProvider(provider: TracerProvider | undefined): void {
  state().provider = provider;
}

/** Whether our spans go to a provider that is not the global one. */
export function isBesideAnotherSdk(): boolean {
  return state().provider !== undefined;
}

/** The tracer of our spans. Call this for each span, because the provider may change. */
export function tracerOf(name: string, version: string): Tracer {
  return state().provider?.getTracer(name, version) ?? trace.getTracer(name, version);
}

/** The tracer of this package's spans: runs, messages, events and feedback. */
export function ownTracer(): Tracer {
  return tracerOf('@userspan/core', VERSION);
}

/** Marks a span that was started beside another SDK. */
export function markOwnSpan(span: MarkedSpan): Span {
  span[IS_OWN] = true;
  return span;
}

/** The context key that holds this span: the API's own, `apiKey`, unless the span is recorded beside another SDK. */
export function keyOfSpan(span: MarkedSpan, apiKey: symbol): symbol {
  return span[IS_OWN] === true ? OWN_SPAN_KEY : apiKey;
}

/** A context with this span as the parent of our next spans. Beside another SDK, the active span does not change. */
export function setCurrentSpan(context: Context, span: MarkedSpan): Context {
  return span[IS_OWN] === true ? context.setValue(OWN_SPAN_KEY, span) : trace.setSpan(context, span);
}

/** As `setCurrentSpan`, for a span of which only the ids are known. */
export function setParentSpanContext(context: Context, parent: SpanContext): Context {
  const below = trace.setSpanContext(context, parent);
  return below.getValue(OWN_SPAN_KEY) === undefined ? below : below.deleteValue(OWN_SPAN_KEY);
}

/** The nearest enclosing span of ours that was started beside another SDK. */
export function ownSpanIn(context: Context): Span | undefined {
  return context.getValue(OWN_SPAN_KEY) as Span | undefined;
}

/** The parent of a span of ours that is started in this context. */
export function currentSpan(context: Context): Span | undefined {
  return ownSpanIn(context) ?? trace.getSpan(context);
}
