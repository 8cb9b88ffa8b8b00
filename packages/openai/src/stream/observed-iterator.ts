import type { Call } from '../call/call.ts';
import type { LibraryStream } from '../patch/client-internals.ts';
import type { ChunkReader } from './chunk-reader.ts';
import { chunkReaderOf } from './chunk-reader.ts';
import { HIDDEN } from './hidden.ts';

type Step = IteratorResult<unknown>;
type Next = (this: AsyncIterator<unknown>, value?: unknown) => Promise<Step>;

/**
 * Wraps the library's iterator and reads each chunk when the caller requests it. Never reads ahead.
 *
 * Each generator of the library has its own prototype, so adding properties to it would be slow and cost more than
 * reading all chunks. So this object wraps it and is an async generator, too.
 */
export class ObservedIterator {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #next: Next;
  /**
   * Keeps the stream alive. The caller may drop the stream while its iterator is in use, in `tee()` or directly, and
   * garbage collection of the stream would end the call.
   */
  readonly #stream: LibraryStream;
  readonly #call: Call;
  readonly #onStep: (step: Step) => Step | Promise<Step>;
  readonly #onError: (error: unknown) => never;

  constructor(iterator: AsyncIterator<unknown>, stream: LibraryStream, call: Call) {
    this.#iterator = iterator;
    // oxlint-disable-next-line typescript/unbound-method -- called with the iterator as `this`
    this.#next = iterator.next as Next;
    this.#stream = stream;
    this.#call = call;
    const read = chunkReaderOf(call.start.endpoint.api);
    this.#onStep = (step) => this.#readStep(step, read);
    this.#onError = (error) => {
      call.chunksUnderWay -= 1;
      call.fail(error);
      throw error;
    };
  }

  /** Records that the caller starts to read. */
  start(): AsyncIterator<unknown> {
    this.#call.isStreaming = true;
    return this as AsyncIterator<unknown>;
  }

  next(value?: unknown): Promise<Step> {
    this.#call.chunksUnderWay += 1;
    void this.#stream;
    return this.#next.call(this.#iterator, value).then(this.#onStep, this.#onError);
  }

  /** Called for a `break`, a throw in the loop or a cancelled copy. The caller stops reading, which is not an error. */
  return(value?: unknown): Promise<Step> | undefined {
    this.#call.end();
    return this.#iterator.return?.(value);
  }

  throw(error?: unknown): Promise<Step> | undefined {
    this.#call.end();
    return this.#iterator.throw?.(error);
  }

  #readStep(step: Step, read: ChunkReader): Step | Promise<Step> {
    const call = this.#call;
    call.chunksUnderWay -= 1;
    if (step.done === true) {
      call.endStream();
      return step;
    }
    call.countChunk();
    try {
      const chunk = step.value;
      const visible = read(chunk, call);
      if (visible === chunk) return step;
      if (visible === HIDDEN) return this.next();
      step.value = visible;
    } catch {
      // A chunk of an unknown shape is passed to the caller unchanged.
    }
    return step;
  }
}

async function* generator(): AsyncGenerator<never> {}
// The prototype of all async generators, with `Symbol.asyncIterator` and `Symbol.toStringTag`.
Object.setPrototypeOf(ObservedIterator.prototype, Object.getPrototypeOf(generator.prototype) as object);
