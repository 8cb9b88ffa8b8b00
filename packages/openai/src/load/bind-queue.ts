import { context } from '@opentelemetry/api';

/** The parts of the `p-queue` package's class that are used here. */
interface QueueClass {
  readonly prototype?: { add?: Add };
}

type Task = (this: unknown, ...args: unknown[]) => unknown;
type Add = (this: unknown, task: unknown, ...rest: unknown[]) => unknown;

const BOUND = Symbol.for('userspan.p-queue.bound.1');

/**
 * Makes a queue run each task in the context in which it was added.
 *
 * A queue starts a waiting task when another one ends, and so in the context of that task. With LangChain's
 * `maxConcurrency`, or with one embeddings object for the whole app, calls would get the user of an earlier request.
 * `isActive` is called for each task; if it returns false, the task is not changed.
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
