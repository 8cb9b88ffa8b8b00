import { Unwanted } from '../../../runtime/wanted.ts';
import type { IsWanted } from '../../../runtime/wanted.ts';

/** How long a task that yields waits for a connection while other tasks take them. */
const MAX_WAIT_MS = 2_000;

interface TaskOptions {
  readonly isYielding: boolean;
  /** Default: always. */
  readonly isWanted?: IsWanted | undefined;
}

interface Waiting<C> extends TaskOptions {
  readonly sinceMs: number;
  readonly reject: (error: Unwanted) => void;
  readonly start: (connection: C) => void;
}

/**
 * Connections that each run one task at a time. Tasks that yield, such as the chart of many users, never use all of them, and
 * wait until no other task waits. So a page's list does not wait for the charts of the pages before it. A task that
 * nobody wants any more does not begin.
 */
export class ConnectionPool<C> {
  readonly #free: C[];
  readonly #maxYielding: number;
  readonly #waiting: Waiting<C>[] = [];
  #yielding = 0;

  constructor(connections: readonly C[]) {
    this.#free = [...connections];
    this.#maxYielding = Math.max(1, connections.length - 1);
  }

  /** Rejects with {@link Unwanted} if the task did not begin. */
  async use<T>(options: TaskOptions, task: (connection: C) => Promise<T>): Promise<T> {
    const { isYielding } = options;
    const connection = await new Promise<C>((start, reject) => {
      this.#waiting.push({ ...options, sinceMs: performance.now(), start, reject });
      this.#startNext();
    });
    try {
      return await task(connection);
    } finally {
      this.#free.push(connection);
      if (isYielding) this.#yielding -= 1;
      this.#startNext();
    }
  }

  #startNext(): void {
    this.#dropUnwanted();
    const place = this.#nextPlace();
    const connection = place < 0 ? undefined : this.#free.pop();
    if (connection === undefined) return;
    for (const { isYielding, start } of this.#waiting.splice(place, 1)) {
      if (isYielding) this.#yielding += 1;
      start(connection);
    }
  }

  #dropUnwanted(): void {
    for (let place = this.#waiting.length - 1; place >= 0; place -= 1) {
      const { isWanted, reject } = this.#waiting[place] ?? {};
      if (isWanted?.() !== false) continue;
      this.#waiting.splice(place, 1);
      reject?.(new Unwanted());
    }
  }

  /** The place of the next task in the queue, or -1. */
  #nextPlace(): number {
    const yielding =
      this.#yielding < this.#maxYielding ? this.#waiting.findIndex(({ isYielding }) => isYielding) : -1;
    const sinceMs = this.#waiting[yielding]?.sinceMs ?? Number.POSITIVE_INFINITY;
    if (performance.now() - sinceMs > MAX_WAIT_MS) return yielding;
    const other = this.#waiting.findIndex(({ isYielding }) => !isYielding);
    return other < 0 ? yielding : other;
  }
}
