import { context, propagation, trace } from '@opentelemetry/api';
import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';

interface Globals {
  readonly provider: TracerProvider;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
}

/** Where every copy of `@opentelemetry/api` 1.x keeps what is registered. */
function registered(name: 'trace' | 'context' | 'propagation' | 'diag'): unknown {
  const key = Symbol.for('opentelemetry.js.api.1');
  return (globalThis as Record<symbol, Record<string, unknown> | undefined>)[key]?.[name];
}

/** Whether `diag` has a logger. */
export function hasDiagLogger(): boolean {
  return registered('diag') !== undefined;
}

/**
 * Registers the provider, the context manager and the propagator with OpenTelemetry's API. A context manager or propagator
 * that is there already stays.
 *
 * @returns a function that takes away what was registered, and nothing else.
 * @throws Error when a tracer provider is registered already; nothing has changed then.
 */
export function takeGlobals({ provider, contextManager, propagator }: Globals): () => void {
  if (registered('trace') !== undefined) {
    throw new Error(
      'userspan: an OpenTelemetry SDK is already set up. Leave register() out and add UserSpanProcessor, CostSpanProcessor, ' +
        'UserPropagator and OpenAIInstrumentation to your own set-up: README, "With your own OpenTelemetry".',
    );
  }
  trace.setGlobalTracerProvider(provider);
  const ownsContext = registered('context') === undefined;
  if (ownsContext) context.setGlobalContextManager(contextManager);
  const ownsPropagation = registered('propagation') === undefined;
  if (ownsPropagation) propagation.setGlobalPropagator(propagator);
  return () => {
    trace.disable();
    if (ownsContext) context.disable();
    if (ownsPropagation) propagation.disable();
  };
}
