import type { Call } from '../call/call.ts';
import type { LibraryStream } from '../patch/client-internals.ts';
import type { ChunkReader } from './chunk-reader.ts';
import { chunkReaderOf } from './chunk-reader.ts';
import { HIDDEN } from './hidden.ts';

type Step = IteratorResult<unknown>;
type Next = (this: AsyncIterator<unknown>, value?: unknown) => Promise<Step>;

/**
 * The library's iterator, which reads each chunk as the caller takes it. Nothing is read that the caller does not read.
 *
 * Every generator of the library is of a class of its own, made for that one stream: properties on it would make it slow,
 * and cost more than all reads of chunks. So this object wraps it, and is an async generator too.
 */
export class ObservedIterator {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #next: Next;
  /**
   * Keeps the stream alive: the caller may drop it while its iterator is in use, in `tee()` or by hand, and a collected
   * stream ends the call.
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

  /** Notes that the caller reads. */
  start(): AsyncIterator<unknown> {
    this.#call.isStreaming = true;
    return this as AsyncIterator<unknown>;
  }

  next(value?: unknown): Promise<Step> {
    this.#call.chunksUnderWay += 1;
    void this.#stream;
    return this.#next.call(this.#iterator, value).then(this.#onStep, this.#onError);
  }

  /** A `break`, a throw in the loop, a cancelled copy: the caller has had enough, which is no error. */
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
      call.end();
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
      // An unknown shape of a chunk: it is passed to the caller as it is.
    }
    return step;
  }
}

async function* generator(): AsyncGenerator<never> {}
// What all generators inherit from: `Symbol.asyncIterator` and the name that they show are there.
Object.setPrototypeOf(ObservedIterator.prototype, Object.getPrototypeOf(generator.prototype) as object);
