import { setImmediate as immediate } from 'node:timers/promises';

/**
 * Maximum duration of work between two turns of the event loop, in milliseconds. A request of 600 KB is read in ten turns,
 * so its answer waits for ten slices.
 */
const SLICE_MS = 2;

/** Tasks run one after the other: between two turns of the event loop only one of them has a slice. */
let last: Promise<unknown> = Promise.resolve();

/** Cuts long work into time slices, so that a request waits milliseconds and not for a whole batch. */
export class TimeSlice {
  #startedAt = performance.now();
  #steps = 0;

  /** Cheap enough to ask for every span: the clock is read every sixteenth time. */
  isOver(): boolean {
    this.#steps += 1;
    return (this.#steps & 15) === 0 && performance.now() - this.#startedAt > SLICE_MS;
  }

  /**
   * Runs work that yields every few items, and lets others run whenever a slice is over.
   *
   * Small work ends within its first step, and then nothing is awaited but the result.
   */
  async run<T>(steps: Generator<void, T, void>): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await this.passIfOver();
    }
  }

  /** Lets others run where the slice is over. Reads the clock each time. */
  async passIfOver(): Promise<void> {
    if (performance.now() - this.#startedAt > SLICE_MS) await this.pass();
  }

  /** Lets others run. */
  async pass(): Promise<void> {
    last = last.then(() => immediate());
    await last;
    this.#startedAt = performance.now();
  }
}
