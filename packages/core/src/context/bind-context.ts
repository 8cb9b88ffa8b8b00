import type { Context } from '@opentelemetry/api';
import { context as contextApi } from '@opentelemetry/api';

type Method = (this: unknown, ...args: unknown[]) => unknown;

const SYNC_GENERATOR: object = Object.getPrototypeOf(function* () {}).prototype as object;
const ASYNC_GENERATOR: object = Object.getPrototypeOf(async function* () {}).prototype as object;
const STEPS = ['next', 'return', 'throw'] as const;

/**
 * The context that an object is bound to. Later bindings do not replace it, because the object was created in that
 * context.
 */
const BOUND: unique symbol = Symbol.for('userspan.bound.1') as never;

/** Whether a value is a generator object, sync or async. */
export function isGenerator(value: unknown): value is Generator | AsyncGenerator {
  if (typeof value !== 'object' || value === null) return false;
  return Object.prototype.isPrototypeOf.call(SYNC_GENERATOR, value) || isAsyncGenerator(value);
}

/** Whether a value is an async generator object. */
export function isAsyncGenerator(value: object): value is AsyncGenerator {
  return Object.prototype.isPrototypeOf.call(ASYNC_GENERATOR, value);
}

/**
 * Makes generators and web streams do their work in the context in which they were created. Without this, the body of a
 * generator and the source of a stream run in the reader's context.
 *
 * Returns the same object. Other values are not changed, because emitters and sockets may be shared by several users.
 */
export function keepContext<T>(context: Context, value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  try {
    if (isGenerator(value)) bindMethods(context, value, STEPS);
    else if (isWebStream(value)) bindWebStream(context, value);
  } catch {
    // A proxy that throws or is revoked cannot be bound.
  }
  return value;
}

/**
 * Replaces methods of an object by versions that run in a context. Does so once per object and skips methods that do
 * not exist.
 */
export function bindMethods(context: Context, target: object, names: readonly PropertyKey[]): void {
  if (Object.hasOwn(target, BOUND) || !Object.isExtensible(target)) return;
  const methods = target as Record<PropertyKey, unknown>;
  hide(target, BOUND, true);
  for (const name of names) {
    const method = methods[name];
    if (typeof method === 'function') hide(target, name, boundMethod(context, method as Method));
  }
}

function boundMethod(context: Context, method: Method): Method {
  return function bound(this: unknown, ...args: unknown[]): unknown {
    return contextApi.with(context, method, this, ...args);
  };
}

/** Defines a property like a method of a class: writable and not enumerable. */
export function hide(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

function isWebStream(value: object): boolean {
  const { ReadableStream } = globalThis as { ReadableStream?: abstract new () => object };
  return ReadableStream !== undefined && value instanceof ReadableStream;
}

function bindWebStream(context: Context, stream: object): void {
  if (Object.hasOwn(stream, BOUND)) return;
  bindMethods(context, stream, ['pipeTo', 'pipeThrough', 'cancel']);
  afterwards(context, stream, 'getReader', (reader) =>
    bindMethods(context, reader as object, ['read', 'cancel']),
  );
  for (const name of ['values', Symbol.asyncIterator]) {
    afterwards(context, stream, name, (iterator) => bindMethods(context, iterator as object, STEPS));
  }
  afterwards(context, stream, 'tee', (branches) => {
    for (const branch of branches as readonly object[]) keepContext(context, branch);
  });
}

/** Runs a method in the context and passes its result to a callback. */
function afterwards(
  context: Context,
  target: object,
  name: PropertyKey,
  see: (result: unknown) => void,
): void {
  const method = (target as Record<PropertyKey, unknown>)[name] as Method;
  hide(target, name, (...args: unknown[]): unknown => {
    const result = contextApi.with(context, method, target, ...args);
    see(result);
    return result;
  });
}
