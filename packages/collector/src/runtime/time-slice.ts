import { setImmediate as immediate } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

/**
 * Maximum duration of work in one turn of the event loop, in milliseconds. A request of 600 KB is read in ten turns, so
 * its answer waits for ten slices. Other threads answer no requests.
 */
const SLICE_MS = isMainThread ? 2 : 50;

/** Tasks take turns, so that each turn of the event loop has only one slice. */
let last: Promise<unknown> = Promise.resolve();

/** Divides long work into time slices, so that requests wait only milliseconds and not for a whole batch. */
export class TimeSlice {
  #startedAt = performance.now();
  #steps = 0;

  /** Whether the slice is over. Cheap enough for every span, because it reads the clock only every sixteenth time. */
  isOver(): boolean {
    this.#steps += 1;
    return (this.#steps & 15) === 0 && this.#isOverNow();
  }

  /**
   * Runs work that yields every few items, and lets other tasks run when a slice is over.
   *
   * Small work ends within its first step: the result is then returned without a promise.
   */
  run<T>(steps: Generator<undefined, T, void>): T | Promise<T> {
    const step = steps.next();
    return step.done === true ? step.value : this.#runRest(steps);
  }

  /** Lets other tasks run if the slice is over. Reads the clock each time. */
  async passIfOver(): Promise<void> {
    if (this.#isOverNow()) await this.pass();
  }

  /** Lets other tasks run. */
  async pass(): Promise<void> {
    last = last.then(() => immediate());
    await last;
    this.#startedAt = performance.now();
  }

  async #runRest<T>(steps: Generator<undefined, T, void>): Promise<T> {
    for (;;) {
      if (this.#isOverNow()) await this.pass();
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  #isOverNow(): boolean {
    return performance.now() - this.#startedAt > SLICE_MS;
  }
}
