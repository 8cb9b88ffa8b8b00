import { context, propagation, trace } from '@opentelemetry/api';
import type {
  ContextManager,
  DiagLogger,
  TextMapPropagator,
  Tracer,
  TracerProvider,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/** The objects that an OpenTelemetry SDK registers with the API. */
export interface Globals {
  readonly provider: TracerProvider;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
}

type GlobalName = 'trace' | 'context' | 'propagation' | 'diag';
type Registry = Partial<Record<GlobalName, object>>;

/** All overloads of `startActiveSpan` as one. */
interface AnyArguments {
  startActiveSpan(...args: unknown[]): never;
}

/** The registry that every copy of `@opentelemetry/api` 1.x uses. */
const REGISTRY: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;
const globals = globalThis as { [REGISTRY]?: Registry };

const REFUSED =
  'userspan: another OpenTelemetry SDK was set up in the middle of a request, whose user would be lost with it. Userspan keeps its place, ' +
  'and records the spans of both. To have both SDKs, set the other one up when the process starts.';

/** Whether the API currently refuses to replace our entries. */
let isRefusing = false;
let hasSaidRefused = false;

/**
 * Wraps a logger, so that refused registrations cause one short message. The API logs an error with a stack for each
 * global that it does not replace.
 */
export function shortenRefusals(logger: DiagLogger): DiagLogger {
  const error = logger.error.bind(logger);
  return Object.assign(logger, {
    error: (message: string, ...more: unknown[]) => {
      if (!isRefusing || !message.includes('duplicate registration')) {
        error(message, ...more);
      } else if (!hasSaidRefused) {
        hasSaidRefused = true;
        logger.warn(REFUSED);
      }
    },
  });
}

/** Whether `diag` has a logger. */
export function hasDiagLogger(): boolean {
  return globals[REGISTRY]?.diag !== undefined;
}

/** Whether an OpenTelemetry SDK has registered a tracer provider. */
export function hasTracerProvider(): boolean {
  return globals[REGISTRY]?.trace !== undefined;
}

/**
 * Registers the provider, context manager and propagator with OpenTelemetry's API, except those that already exist, and
 * lets another SDK that is set up later replace each of them.
 *
 * @param onReplaced called once when another SDK has replaced our tracer provider.
 * @returns a function that unregisters the objects that are still ours.
 */
export function takeGlobals(
  { provider, contextManager, propagator }: Globals,
  onReplaced: () => void,
): () => void {
  const owned = new Set<GlobalName>();
  if (!hasTracerProvider()) {
    yieldTracers(provider, () => owned.has('trace'));
    trace.setGlobalTracerProvider(provider);
    owned.add('trace');
  }
  if (globals[REGISTRY]?.context === undefined) {
    context.setGlobalContextManager(contextManager);
    owned.add('context');
  }
  if (globals[REGISTRY]?.propagation === undefined) {
    propagation.setGlobalPropagator(propagator);
    owned.add('propagation');
  }
  const stopYielding = yieldGlobals(owned, contextManager, (name) => {
    owned.delete(name);
    if (name === 'trace') onReplaced();
  });
  return () => {
    stopYielding();
    if (owned.has('trace')) trace.disable();
    if (owned.has('context')) context.disable();
    if (owned.has('propagation')) propagation.disable();
  };
}

/**
 * Lets another SDK replace our registrations, which the API would refuse as duplicates. The other SDK needs its own
 * context manager and tracer provider, while ours can record without being global.
 *
 * Every copy of the API assigns its registry to the global object at the start of a registration, and then checks
 * whether the name is taken. An accessor on the global object observes this assignment. It removes our entries, and the
 * next read restores those that were not replaced.
 */
function yieldGlobals(
  owned: ReadonlySet<GlobalName>,
  ours: ContextManager,
  onReplaced: (name: GlobalName) => void,
): () => void {
  const registry = globals[REGISTRY];
  if (registry === undefined) return () => {};
  // Not the imported `ROOT_CONTEXT`, because API 1.10 has different ones for `import` and `require`.
  const root = new AsyncLocalStorageContextManager().active();
  let removed: Map<GlobalName, unknown> | undefined;
  const isYielding = Reflect.defineProperty(globalThis, REGISTRY, {
    configurable: true,
    enumerable: true,
    get: () => {
      if (removed !== undefined) putBack(removed);
      return registry;
    },
    set: (value: Registry | undefined) => {
      if (value !== registry) {
        removed = undefined;
        stop(value);
        return;
      }
      // If a library sets up an SDK on first use in the middle of a request, replacing the context manager would lose
      // the request's context.
      isRefusing = ours.active() !== root;
      if (isRefusing) return;
      removed = new Map([...owned].map((name) => [name, registry[name]]));
      for (const name of owned) delete registry[name];
    },
  });
  return isYielding ? () => stop(globals[REGISTRY]) : () => {};

  function putBack(entries: ReadonlyMap<GlobalName, unknown>): void {
    removed = undefined;
    for (const [name, value] of entries) {
      if (registry === undefined) continue;
      // The new context manager is of the same class as ours. If ours stays in its place, running requests keep their
      // contexts.
      const isSameKind = name === 'context' && registry.context?.constructor.name === ours.constructor.name;
      if (registry[name] === undefined || isSameKind) registry[name] = value as object;
      else onReplaced(name);
    }
    if (owned.size === 0) stop(registry);
  }

  function stop(value: Registry | undefined): void {
    Reflect.defineProperty(globalThis, REGISTRY, {
      configurable: true,
      enumerable: true,
      writable: true,
      value,
    });
  }
}

/** Makes the provider's tracers use the global provider when that is no longer ours. */
function yieldTracers(provider: TracerProvider, isOwned: () => boolean): void {
  const getTracer = provider.getTracer.bind(provider);
  provider.getTracer = (...scope) => {
    const own = getTracer(...scope);
    let replaced: Tracer | undefined;
    const tracer = (): Tracer =>
      isOwned() ? own : (replaced ??= trace.getTracerProvider().getTracer(...scope));
    return {
      startSpan: (name, options, parent) => tracer().startSpan(name, options, parent),
      startActiveSpan: (...args: unknown[]) => (tracer() as unknown as AnyArguments).startActiveSpan(...args),
    };
  };
}
