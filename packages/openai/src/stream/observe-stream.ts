import type { Call } from '../call/call.ts';
import { endWhenDropped } from '../call/open-calls.ts';
import type { LibraryStream } from '../patch/client-internals.ts';
import { ObservedIterator } from './observed-iterator.ts';

/** Observes the chunks of a stream when the caller reads them. The stream stays the library's own object. */
export function observeStream(stream: LibraryStream, call: Call): void {
  const original = stream.iterator;
  stream.iterator = function iterator(this: LibraryStream): AsyncIterator<unknown> {
    const iterator = original.call(this);
    // A second iteration throws in `next`, so it is not observed.
    return call.isEnded || call.isStreaming ? iterator : new ObservedIterator(iterator, stream, call).start();
  };
  endWhenDropped(stream, call);
  watchAbort(stream.controller, call);
}

const CALL: unique symbol = Symbol('userspan.call');
const prototypes = new WeakMap<object, object>();

/**
 * Ends the call when the stream is aborted, unless a chunk was requested: then its result, which may be an error, ends
 * the call.
 *
 * A listener on the signal would be twenty times as expensive, and the library itself aborts with this method. All
 * controllers share one function, because with separate functions V8 kept whole streams alive until the next full
 * garbage collection.
 */
function watchAbort(controller: AbortController, call: Call): void {
  Object.defineProperty(controller, CALL, { value: call });
  Object.setPrototypeOf(controller, observedPrototype(Object.getPrototypeOf(controller) as AbortController));
}

function observedPrototype(prototype: AbortController): object {
  let known = prototypes.get(prototype);
  if (known === undefined) {
    // oxlint-disable-next-line typescript/unbound-method -- called with the controller as `this`
    const original = prototype.abort;
    const abort = function abort(this: Watched, ...args: [unknown?]): void {
      original.apply(this, args);
      const call = this[CALL];
      if (call !== undefined && call.chunksUnderWay === 0) call.end();
    };
    known = Object.create(prototype, {
      abort: { value: abort, configurable: true, writable: true, enumerable: false },
    }) as object;
    prototypes.set(prototype, known);
  }
  return known;
}

interface Watched extends AbortController {
  readonly [CALL]?: Call;
}
