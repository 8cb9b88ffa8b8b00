import type { Call } from '../call/call.ts';
import { endWhenDropped } from '../call/open-calls.ts';
import type { LibraryStream } from '../patch/client-internals.ts';
import { ObservedIterator } from './observed-iterator.ts';

/** Looks at the chunks of a stream as the caller takes them. The stream stays the library's own object. */
export function observeStream(stream: LibraryStream, call: Call): void {
  const original = stream.iterator;
  stream.iterator = function iterator(this: LibraryStream): AsyncIterator<unknown> {
    const iterator = original.call(this);
    // A second iteration throws in `next`; it has nothing to tell.
    return call.isEnded || call.isStreaming ? iterator : new ObservedIterator(iterator, stream, call).start();
  };
  endWhenDropped(stream, call);
  watchAbort(stream.controller, call);
}

/** A listener on the signal would cost twenty times as much, and the library itself aborts by this method. */
function watchAbort(controller: AbortController, call: Call): void {
  const abort = controller.abort.bind(controller);
  const observed = (...args: [unknown?]): void => {
    abort(...args);
    // It ends the call, unless a chunk is under way: then its outcome, which may be an error, does.
    if (call.chunksUnderWay === 0) call.end();
  };
  Object.defineProperty(controller, 'abort', {
    value: observed,
    configurable: true,
    writable: true,
    enumerable: false,
  });
}
