import type { TextMapPropagator } from '@opentelemetry/api';

interface ApiRegistry {
  readonly context?: object;
  readonly diag?: object;
  readonly propagation?: TextMapPropagator;
}

/** Where `@opentelemetry/api` 1.x keeps what was set globally; the API itself has no way to ask "is it still the same one?". */
const API_REGISTRY: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;

function apiRegistry(): ApiRegistry | undefined {
  return (globalThis as { [API_REGISTRY]?: ApiRegistry })[API_REGISTRY];
}

/** The logger that `diag` writes to; undefined while there is none, when a warning would be lost. */
export function diagSink(): object | undefined {
  return apiRegistry()?.diag;
}

/** Whether there is a context manager; without one, contexts reach nothing that is started inside them. */
export function hasContextManager(): boolean {
  const registry = apiRegistry();
  return registry === undefined || registry.context !== undefined;
}

/** The propagator that `propagation.inject` calls; undefined while there is none. */
export function globalPropagator(): TextMapPropagator | undefined {
  return apiRegistry()?.propagation;
}
