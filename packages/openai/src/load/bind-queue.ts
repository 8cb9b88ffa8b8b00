import { context } from '@opentelemetry/api';

/** The class of a copy of the `p-queue` package, as far as it is used here. */
interface QueueClass {
  readonly prototype?: { add?: Add };
}

type Task = (this: unknown, ...args: unknown[]) => unknown;
type Add = (this: unknown, task: unknown, ...rest: unknown[]) => unknown;

const BOUND = Symbol.for('userspan.p-queue.bound.1');

/**
 * Makes a queue run each task in the context in which it was added.
 *
 * A queue starts a waiting task when another one ends, and so in that one's context: with LangChain's `maxConcurrency`,
 * or one embeddings object for the whole app, calls went to the user of an earlier request. `isActive` is asked for
 * each task; while it says no, tasks are added as they are.
 */
export function bindQueue(PQueue: unknown, isActive: () => boolean): void {
  const prototype = typeof PQueue === 'function' ? (PQueue as QueueClass).prototype : undefined;
  const original = prototype?.add;
  if (prototype === undefined || typeof original !== 'function' || Object.hasOwn(original, BOUND)) {
    return;
  }
  const add: Add = function add(task, ...rest) {
    const bound =
      typeof task === 'function' && isActive() ? context.bind(context.active(), task as Task) : task;
    return original.call(this, bound, ...rest);
  };
  Object.defineProperty(add, BOUND, { value: true });
  Object.defineProperty(add, 'length', { value: original.length, configurable: true });
  prototype.add = add;
}
