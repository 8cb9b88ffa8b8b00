import type { SpanContext } from '@opentelemetry/api';
import { context as contextApi } from '@opentelemetry/api';

import { hide, keepContext } from '../context/bind-context.ts';
import type { UserId } from '../user/identify.ts';
import type { RunSpan } from './run-span.ts';
import { RunState } from './run-state.ts';
import { spanIdOf } from './span-id.ts';
import type { UserProps } from '../user/user.ts';

/** Methods that set up a run before it starts, that is, in the expression that creates it. */
export interface RunControls {
  /** Sets the user of the run, or no user with `null`. Overrides the user of the context. */
  identify(userId: UserId | null, props?: UserProps | null): this;
  /** Sets the parent of the run: a span, a run, or an id, also of another process. */
  setParent(parent: RunParent): this;
  /** `<trace id>-<span id>`, for `setParent` and `trackFeedback` elsewhere; undefined until the run has started. */
  readonly id: string | undefined;
  /** The span context of the run; undefined until the run has started. */
  spanContext(): SpanContext | undefined;
}

/** A parent of a run: a span, a run, a span context, a `traceparent`, or the id of a run or message. */
export type RunParent = SpanContext | string | { spanContext(): SpanContext | undefined };

/**
 * One execution of a wrapped function: a promise of what it returns.
 *
 * It starts once, in the next microtask, whether or not it is awaited. A promise like any other: `Promise.resolve(run)`
 * is the run itself, and an unhandled rejection is reported once.
 */
export interface Run<T> extends Promise<T>, RunControls {}

const STATE: unique symbol = Symbol('userspan.run') as never;

interface Stateful {
  readonly [STATE]: RunState;
}

/** The methods of every run. All runs share them, so each run needs only one own property. */
const controls: RunControls & ThisType<RunControls & Stateful> = {
  identify(userId, props) {
    this[STATE].identify(userId, props);
    return this;
  },
  setParent(parent) {
    this[STATE].setParent(parent);
    return this;
  },
  get id(): string | undefined {
    const { spanContext } = this[STATE];
    return spanContext === undefined ? undefined : spanIdOf(spanContext);
  },
  spanContext() {
    return this[STATE].spanContext;
  },
};

/** Adds the methods of a run to an object, not enumerable. */
export function addControls(target: object, state: RunState): void {
  hide(target, STATE, state);
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(controls))) {
    Object.defineProperty(target, name, { ...descriptor, enumerable: false });
  }
}

/**
 * A prototype between the run and `Promise.prototype`. It has no own `constructor`, so `await`, `Promise.resolve` and
 * `then` treat the run as a plain promise. A subclass would need extra microtasks, and its `then` would return runs.
 */
const runPrototype: object = Object.create(Promise.prototype) as object;
for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(controls))) {
  Object.defineProperty(runPrototype, name, { ...descriptor, enumerable: false });
}

/** Creates the run of a wrapped function. `call` is called once, in the next microtask. */
export function makeRun<T>(spec: RunSpan, args: readonly unknown[], call: () => T): Run<Awaited<T>> {
  const state = new RunState(spec);
  const promise = new Promise<Awaited<T>>((resolve, reject) => {
    const start = (): void => {
      const context = state.start(args);
      const fulfil = (result: Awaited<T>): void => {
        state.succeed(result);
        resolve(keepContext(context, result));
      };
      const fail = (error: unknown): void => {
        state.fail(error);
        reject(error);
      };
      try {
        const result = contextApi.with(context, call);
        // A single chain of promises, so that a rejection is reported at most once.
        Promise.resolve(result).then(fulfil, fail);
      } catch (error) {
        fail(error);
      }
    };
    void Promise.resolve().then(start);
  });
  Object.setPrototypeOf(promise, runPrototype);
  hide(promise, STATE, state);
  return promise as Run<Awaited<T>>;
}
