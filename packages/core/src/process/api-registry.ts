import { context } from '@opentelemetry/api';
import type { Context, TextMapPropagator } from '@opentelemetry/api';

/** A context manager over an `AsyncLocalStorage`; the API has no way to change the active context but `with`. */
interface StorageContextManager {
  readonly _asyncLocalStorage?: { enterWith?(context: Context): void };
}

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

/**
 * Makes a context the active one until the surrounding `run` of the context manager's storage ends. Only for code that knows
 * that it is in such a `run`.
 *
 * @returns false where the context manager has no `AsyncLocalStorage` where those of OpenTelemetry and Sentry have it.
 */
export function enterContext(entered: Context): boolean {
  const manager: StorageContextManager | undefined = apiRegistry()?.context;
  const storage = manager?._asyncLocalStorage;
  if (typeof storage?.enterWith !== 'function') return false;
  storage.enterWith(entered);
  return context.active() === entered;
}
