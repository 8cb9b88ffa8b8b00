import type { Context, ContextManager } from '@opentelemetry/api';
import { context as contextApi } from '@opentelemetry/api';
import { processState } from '@userspan/core/internal';

/** Returns the context of the current step; `active` is the context that OpenTelemetry has. */
type Reader = (active: Context) => Context;

interface Watched {
  readonly manager: ContextManager;
  /** The context that OpenTelemetry has, without the step. */
  readonly activeOutside: () => Context;
  readonly restore: () => void;
}

/** Shared by the process, so that two copies of this package patch the context manager once. */
const WATCHED: unique symbol = Symbol.for('userspan.agents.context.1') as never;
/** The registry that every copy of `@opentelemetry/api` 1.x uses. */
const API: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;

function state(): { watched: Watched | undefined } {
  return processState(WATCHED, () => ({ watched: undefined }));
}

/**
 * Makes the steps of the Agents SDK part of OpenTelemetry's context.
 *
 * A trace processor is notified of a step but cannot run the step's code in a context. So this looks up the step
 * whenever the active context is read. Spans that the app or an instrumentation starts inside a step then become
 * children of its span. Does nothing without a context manager.
 */
export function watchContext(read: Reader): void {
  const manager = (globalThis as { [API]?: { context?: ContextManager } })[API]?.context;
  if (manager === undefined || state().watched?.manager === manager) return;
  unwatchContext();
  const hadOwn = Object.getOwnPropertyDescriptor(manager, 'active');
  const { active } = manager as { readonly active: (this: ContextManager) => Context };
  let isReading = false;
  const withStep = function (this: ContextManager): Context {
    const context = active.call(this);
    if (isReading) return context;
    isReading = true;
    try {
      return read(context);
    } catch {
      return context;
    } finally {
      isReading = false;
    }
  };
  if (!Reflect.defineProperty(manager, 'active', { value: withStep, configurable: true, writable: true }))
    return;
  state().watched = {
    manager,
    activeOutside: () => active.call(manager),
    restore: () => {
      // If another wrapper was added later, ours stays below it and becomes inactive.
      if (manager.active !== withStep) return;
      if (hadOwn === undefined) Reflect.deleteProperty(manager, 'active');
      else Reflect.defineProperty(manager, 'active', hadOwn);
    },
  };
}

/** Undoes `watchContext`. */
export function unwatchContext(): void {
  state().watched?.restore();
  state().watched = undefined;
}

/** The context that OpenTelemetry has, ignoring the current step. */
export function activeOutside(): Context {
  return state().watched?.activeOutside() ?? contextApi.active();
}
