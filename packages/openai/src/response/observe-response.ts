import type { Call } from '../call/call.ts';
import { endWhenDropped, keepWhenDropped } from '../call/open-calls.ts';
import type { FetchResponse } from '../patch/client-internals.ts';
import { observedBody } from './observed-body.ts';
import { readText } from './read-text.ts';

type Method = (this: FetchResponse, ...args: readonly unknown[]) => unknown;

const CALL: unique symbol = Symbol('userspan.call');
const PROMISE: unique symbol = Symbol('userspan.promise');
const bodies = new WeakMap<object, unknown>();
const prototypes = new WeakMap<object, object>();
/** Whether an original method is running, because `node-fetch` reads its own `body` in them. */
let isInside = false;

/**
 * Observes a response that the caller reads directly (`asResponse()`, speech, a file, `withResponse()` of a stream).
 *
 * The response stays the object that `fetch` returned. Its reading methods are overridden for this instance and return
 * the original results. The library's own reads are ignored. The response keeps the library's `promise` alive, and with
 * it a stream that reads the same body, so the call ends when all of them are garbage-collected.
 */
export function observeResponse(response: FetchResponse, call: Call, promise?: object): void {
  if (callOf(response) !== undefined) return;
  try {
    const prototype = Object.getPrototypeOf(response) as object;
    // If the response has no own properties, an additional prototype takes a tenth of the time of ten properties.
    if (Object.getOwnPropertyNames(response).length === 0) {
      Object.setPrototypeOf(response, observedPrototype(prototype, response));
    } else {
      Object.defineProperties(response, makeOverlays(response));
    }
    Object.defineProperty(response, CALL, { value: call });
    if (promise !== undefined) Object.defineProperty(response, PROMISE, { value: promise });
  } catch {
    // The response is frozen or a Proxy, so reads cannot be observed.
    if (!call.isParsing && !call.isStreaming) call.end();
  }
}

function callOf(response: object): Call | undefined {
  return (response as { readonly [CALL]?: Call })[CALL];
}

function observedPrototype(prototype: object, response: FetchResponse): object {
  let known = prototypes.get(prototype);
  if (known === undefined) {
    known = Object.create(prototype, makeOverlays(response)) as object;
    prototypes.set(prototype, known);
  }
  return known;
}

function makeOverlays(response: FetchResponse): PropertyDescriptorMap {
  const methods = response as unknown as Readonly<Record<string, unknown>>;
  const made: PropertyDescriptorMap = {};
  const add = (name: string, wrap: (original: Method) => Method): void => {
    const original = methods[name];
    if (typeof original !== 'function') return;
    made[name] = { value: wrap(original as Method), configurable: true, writable: true, enumerable: false };
  };
  add('json', (original) =>
    reading(original, (value, call) => {
      call.answer(value);
      return value;
    }),
  );
  add('text', (original) =>
    reading(original, (value, call) => (typeof value === 'string' ? readText(value, call) : value)),
  );
  for (const name of ['arrayBuffer', 'bytes', 'buffer', 'blob', 'formData', 'textConverted']) {
    add(name, (original) => reading(original, readBytes));
  }
  add('clone', (original) => cloning(original));
  const body = findGetter(response, 'body');
  if (body !== undefined) made['body'] = { get: bodyGetter(body), configurable: true, enumerable: false };
  return made;
}

/** Wraps a method that consumes the body. Returns one promise with the original's outcome. */
function reading(original: Method, look: (value: unknown, call: Call) => unknown): Method {
  return function read(this: FetchResponse, ...args) {
    const call = callOf(this);
    if (call === undefined || !call.isOpenToReaders) return inside(original, this, args);
    keepWhenDropped(call);
    return readOnce(inside(original, this, args), call, look);
  };
}

function inside(original: Method, response: FetchResponse, args: readonly unknown[]): unknown {
  isInside = true;
  try {
    return original.apply(response, [...args]);
  } finally {
    isInside = false;
  }
}

async function readOnce(
  result: unknown,
  call: Call,
  look: (value: unknown, call: Call) => unknown,
): Promise<unknown> {
  let value: unknown;
  try {
    value = await result;
  } catch (error) {
    call.fail(error);
    throw error;
  }
  try {
    return look(value, call);
  } catch {
    call.end();
    return value;
  }
}

function readBytes(value: unknown, call: Call): unknown {
  const isSound = call.start.endpoint.api === 'speech' && !call.isEventStream;
  if (isBlob(value) && !isSound) {
    void value.text().then(
      (text) => readText(text, call),
      () => call.end(),
    );
    return value;
  }
  const bytes =
    value instanceof ArrayBuffer ? new Uint8Array(value) : value instanceof Uint8Array ? value : undefined;
  if (bytes === undefined || isSound) {
    call.end();
    return value;
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const visible = readText(text, call);
  if (visible === text) return value;
  const rest = Buffer.from(visible, 'utf8');
  if (Buffer.isBuffer(value)) return rest;
  const copy = new Uint8Array(rest);
  return value instanceof ArrayBuffer ? copy.buffer : copy;
}

/** Whether a value is a blob of the platform or of `node-fetch`. */
function isBlob(value: unknown): value is { text(): Promise<string> } {
  return typeof (value as { text?: unknown } | null)?.text === 'function';
}

function cloning(original: Method): Method {
  return function clone(this: FetchResponse, ...args) {
    const copy = inside(original, this, args) as FetchResponse;
    const call = callOf(this);
    if (call !== undefined && !call.isEnded) {
      keepWhenDropped(call);
      observeResponse(copy, call);
    }
    return copy;
  };
}

function bodyGetter(original: () => unknown): () => unknown {
  return function body(this: FetchResponse): unknown {
    const call = callOf(this);
    const source = original.call(this);
    // The library's own access: it reads a stream's body when the caller iterates the stream.
    if (call === undefined || call.isParsing || call.isStreaming || isInside) return source;
    const known = bodies.get(this);
    if (known !== undefined || call.isEnded || typeof source !== 'object' || source === null) {
      return known ?? source;
    }
    const observed = observedBody(source, call);
    endWhenDropped(observed, call);
    bodies.set(this, observed);
    return observed;
  };
}

function findGetter(object: object, name: string): (() => unknown) | undefined {
  let holder: object | null = object;
  while (holder !== null) {
    const own = Object.getOwnPropertyDescriptor(holder, name);
    // oxlint-disable-next-line typescript/unbound-method -- called with the response as `this`, as a getter is
    if (own !== undefined) return own.get;
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return undefined;
}
