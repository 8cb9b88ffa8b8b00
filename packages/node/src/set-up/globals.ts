import { context, propagation, trace } from '@opentelemetry/api';
import type {
  ContextManager,
  DiagLogger,
  TextMapPropagator,
  Tracer,
  TracerProvider,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/** What an OpenTelemetry SDK registers with the API. */
export interface Globals {
  readonly provider: TracerProvider;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
}

type GlobalName = 'trace' | 'context' | 'propagation' | 'diag';
type Registry = Partial<Record<GlobalName, object>>;

/** `startActiveSpan` with its overloads as one. */
interface AnyArguments {
  startActiveSpan(...args: unknown[]): never;
}

/** Where every copy of `@opentelemetry/api` 1.x keeps what is registered. */
const REGISTRY: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;
const globals = globalThis as { [REGISTRY]?: Registry };

const REFUSED =
  'userspan: another OpenTelemetry SDK was set up in the middle of a request, whose user would be lost with it. Userspan keeps its place, ' +
  'and records the spans of both. To have both SDKs, set the other one up when the process starts.';

/** Whether the API refuses, at this moment, to replace what is ours. */
let isRefusing = false;
let hasSaidRefused = false;

/** Makes a logger say once, in one line, what the API says as an error with a stack for each global that it does not replace. */
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
 * Registers the provider, the context manager and the propagator with OpenTelemetry's API, as far as there is none yet, and
 * lets another SDK that is set up later have the place of each.
 *
 * @param onReplaced called once when another SDK has registered its tracer provider in place of ours.
 * @returns a function that takes away what is still ours, and nothing else.
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
 * Lets another SDK register what we have registered, which the API would refuse as a duplicate: each SDK needs its own context
 * manager and tracer provider, and ours has other ways to record.
 *
 * The API assigns its registry to the global object at the start of each registration, whichever copy of the API it is, and
 * then looks whether the name is taken. So an accessor in that place sees a registration begin. It takes our entries away,
 * and the next read puts back those that have not been replaced.
 */
function yieldGlobals(
  owned: ReadonlySet<GlobalName>,
  ours: ContextManager,
  onReplaced: (name: GlobalName) => void,
): () => void {
  const registry = globals[REGISTRY];
  if (registry === undefined) return () => {};
  // Not the `ROOT_CONTEXT` that is imported here: API 1.10 has one for `import` and another one for `require`.
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
      // In the middle of a request, as libraries do that set up an SDK when they are first used, its context would be lost.
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
      // One like ours: with ours in its place, the requests that are under way keep their contexts.
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

/** Makes the provider's tracers go over to the global provider when that is not ours any more. */
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
