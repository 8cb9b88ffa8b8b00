import type { Context, ContextManager } from '@opentelemetry/api';
import { context as contextApi } from '@opentelemetry/api';
import { processState } from '@userspan/core/internal';

/** Gives the context of the step that the calling code is part of, where `active` is the one that OpenTelemetry knows. */
type Reader = (active: Context) => Context;

interface Watched {
  readonly manager: ContextManager;
  /** The context that OpenTelemetry knows, without the step. */
  readonly activeOutside: () => Context;
  readonly restore: () => void;
}

/** One for the process: with two copies of this package, the context manager is watched once. */
const WATCHED: unique symbol = Symbol.for('userspan.agents.context.1') as never;
/** Where every copy of `@opentelemetry/api` 1.x keeps what is registered. */
const API: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;

function state(): { watched: Watched | undefined } {
  return processState(WATCHED, () => ({ watched: undefined }));
}

/**
 * Puts the steps of the Agents SDK into OpenTelemetry's context.
 *
 * A trace processor is told of a step, and cannot run the step's code in a context. So this looks up the step whenever the
 * active context is read. What the
 * app or an instrumentation starts inside of a step is then below its span. Nothing happens without a context manager.
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
      // Another wrapper may have been added later; then ours stays below it, and reads nothing any more.
      if (manager.active !== withStep) return;
      if (hadOwn === undefined) Reflect.deleteProperty(manager, 'active');
      else Reflect.defineProperty(manager, 'active', hadOwn);
    },
  };
}

/** Takes back what `watchContext` did. */
export function unwatchContext(): void {
  state().watched?.restore();
  state().watched = undefined;
}

/** The context that OpenTelemetry knows, whatever step the calling code is part of. */
export function activeOutside(): Context {
  return state().watched?.activeOutside() ?? contextApi.active();
}
