import type { Call } from '../call/call.ts';
import { endWhenDropped } from '../call/open-calls.ts';
import type { LibraryStream } from '../patch/client-internals.ts';
import { chunkReaderOf } from './chunk-reader.ts';
import { HIDDEN } from './hidden.ts';

type Step = IteratorResult<unknown>;
type AnyIterator = AsyncIterator<unknown> & {
  next(...args: unknown[]): Promise<Step>;
};

/**
 * Looks at the chunks of a stream as the caller takes them.
 *
 * The stream and its iterator stay the library's own objects: only the iterator's `next`, `return` and `throw` are
 * overlaid, on that one instance. Nothing is read that the caller does not read.
 */
export function observeStream(stream: LibraryStream, call: Call): void {
  const original = stream.iterator;
  stream.iterator = function iterator(this: LibraryStream): AsyncIterator<unknown> {
    const iterator = original.call(this) as AnyIterator;
    // A second iteration throws in `next`; it has nothing to tell.
    if (!call.isEnded && !call.isStreaming) observeIterator(iterator, stream, call);
    return iterator;
  };
  endWhenDropped(stream, call);
  watchAbort(stream.controller, call);
}

/** A listener on the signal would cost twenty times as much, and the library itself aborts by this method. */
function watchAbort(controller: AbortController, call: Call): void {
  const abort = controller.abort.bind(controller);
  overlay(controller, 'abort', (...args: [unknown?]) => {
    abort(...args);
    endIfIdle(call);
  });
}

/** An abort ends the call, unless a chunk is under way: then its outcome, which may be an error, does. */
function endIfIdle(call: Call): void {
  if (call.chunksUnderWay === 0) call.end();
}

function observeIterator(iterator: AnyIterator, stream: LibraryStream, call: Call): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the iterator as `this`
  const { next } = iterator;
  const close = iterator.return?.bind(iterator);
  const raise = iterator.throw?.bind(iterator);
  const read = chunkReaderOf(call.start.endpoint.api);
  call.isStreaming = true;

  const onStep = (step: Step): Step | Promise<Step> => {
    call.chunksUnderWay -= 1;
    if (step.done === true) {
      call.end();
      return step;
    }
    call.countChunk();
    try {
      const visible = read(step.value, call);
      if (visible === HIDDEN) return observedNext();
      step.value = visible;
    } catch {
      // A chunk of a shape that nobody knows: it is the caller's to judge.
    }
    return step;
  };
  const onError = (error: unknown): never => {
    call.chunksUnderWay -= 1;
    call.fail(error);
    throw error;
  };
  const observedNext = (value?: unknown): Promise<Step> => {
    call.chunksUnderWay += 1;
    // The caller may drop the stream while its iterator is in use, in `tee()` or by hand; the call ends with the stream.
    void stream;
    return next.call(iterator, value).then(onStep, onError);
  };
  overlay(iterator, 'next', observedNext);
  if (close !== undefined) {
    overlay(iterator, 'return', (...args: [unknown?]) => {
      // A `break`, a throw in the loop, a cancelled copy: the caller has had enough, which is no error.
      call.end();
      return close(...args);
    });
  }
  if (raise !== undefined) {
    overlay(iterator, 'throw', (...args: [unknown?]) => {
      call.end();
      return raise(...args);
    });
  }
}

function overlay(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
}
