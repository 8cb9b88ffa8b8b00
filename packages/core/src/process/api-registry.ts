import { context } from '@opentelemetry/api';
import type { Context, TextMapPropagator } from '@opentelemetry/api';

/** A context manager based on an `AsyncLocalStorage`. The API itself can change the active context only with `with`. */
interface StorageContextManager {
  readonly _asyncLocalStorage?: { enterWith?(context: Context): void };
}

interface ApiRegistry {
  readonly context?: object;
  readonly diag?: object;
  readonly propagation?: TextMapPropagator;
}

/**
 * The registry in which `@opentelemetry/api` 1.x keeps globals. The API itself returns proxies, so it cannot tell
 * whether the propagator or logger is still the same one.
 */
const API_REGISTRY: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;

function apiRegistry(): ApiRegistry | undefined {
  return (globalThis as { [API_REGISTRY]?: ApiRegistry })[API_REGISTRY];
}

/** The logger that `diag` writes to; undefined if there is none and a warning would be lost. */
export function diagSink(): object | undefined {
  return apiRegistry()?.diag;
}

/** Whether there is a context manager. Without one, code inside `context.with` does not see the context. */
export function hasContextManager(): boolean {
  const registry = apiRegistry();
  return registry === undefined || registry.context !== undefined;
}

/** The propagator that `propagation.inject` calls; undefined if there is none. */
export function globalPropagator(): TextMapPropagator | undefined {
  return apiRegistry()?.propagation;
}

/**
 * Makes a context the active one until the surrounding `run` of the context manager's storage ends. Only for code that
 * is certain to run inside such a `run`.
 *
 * @returns false if the context manager has no `AsyncLocalStorage` in the property that those of OpenTelemetry and
 * Sentry use.
 */
export function enterContext(entered: Context): boolean {
  const manager: StorageContextManager | undefined = apiRegistry()?.context;
  const storage = manager?._asyncLocalStorage;
  if (typeof storage?.enterWith !== 'function') return false;
  storage.enterWith(entered);
  return context.active() === entered;
}
