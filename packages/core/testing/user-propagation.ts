import {
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, vi } from 'vitest';

import { setBaggageMode } from '../src/process/process-settings.ts';
import { UserPropagator, type UserPropagatorOptions } from '../src/propagation/user-propagator.ts';
import { UserSpanProcessor } from '../src/user/user-span-processor.ts';

export const w3c: CompositePropagator = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
export const key = 'a long shared secret';
export const ada = { id: 'u1', props: { email: 'ada@example.com', plan: 'pro' } } as const;
export const internal = { to: ['*.internal.example'] } as const;

/** Sets up OpenTelemetry with our propagator and processor before each test of a file, and shuts it down afterwards. */
export function useUserPropagation(): void {
  beforeEach(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new UserPropagator(w3c));
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new UserSpanProcessor()] }));
  });
  afterEach(() => {
    vi.useRealTimers();
    setBaggageMode('guarded');
    context.disable();
    propagation.disable();
    trace.disable();
  });
}

/** Returns the headers of a request to `host` in this context. */
export function headersTo(
  host: string,
  options: UserPropagatorOptions,
  from: Context = ROOT_CONTEXT,
): Record<string, string> {
  const span = trace
    .getTracer('http')
    .startSpan('GET', { kind: SpanKind.CLIENT, attributes: { 'server.address': host } }, from);
  const carrier: Record<string, string> = {};
  new UserPropagator(w3c, options).inject(trace.setSpan(from, span), carrier, defaultTextMapSetter);
  return carrier;
}

/** Returns the context of a received request with these headers. */
export function received(headers: Record<string, string>, options: UserPropagatorOptions): Context {
  return new UserPropagator(w3c, options).extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
}
