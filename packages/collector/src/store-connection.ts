import { retry, pause } from './runtime/retry.ts';
import { errorReason } from './runtime/error-reason.ts';
import type { Pipeline } from './storage/write/span-batch.ts';
import type { StorageRuntime } from './storage-runtime.ts';

const FIRST_PAUSE_MS = 500;

/**
 * A store that may not be there yet.
 *
 * A server that is down when the collector starts must not keep it from taking spans: they wait in the log. Until the
 * store opens, every write to it fails with the reason, which is what `/healthz` then tells.
 */
export class StoreConnection {
  readonly pipeline: Pick<Pipeline, 'write'> = {
    write: async (batch) => {
      if (this.#side === undefined) {
        throw this.#failure;
      }
      await this.#side.pipeline.write(batch);
    },
  };
  readonly #stop = new AbortController();
  readonly #waiting: ((side: StorageRuntime) => void)[] = [];
  #side: StorageRuntime | undefined;
  #failure: unknown;
  #opening: Promise<unknown> = Promise.resolve();

  /** What is behind it, once it is open. */
  get side(): StorageRuntime | undefined {
    return this.#side;
  }

  /** For `/healthz`, until it is open. */
  get trouble(): { readonly state: 'failing'; readonly message: string } | undefined {
    return this.#side === undefined ? { state: 'failing', message: errorReason(this.#failure) } : undefined;
  }

  /**
   * Tries once, and where `mayBeLate` and that fails goes on trying in the background, telling `onFailure` each time.
   * Rejects when the first try fails and it may not be late.
   */
  async open(
    openStore: () => Promise<StorageRuntime>,
    options: {
      readonly mayBeLate: boolean;
      readonly onFailure: (error: unknown) => void;
    },
  ): Promise<void> {
    try {
      this.#opened(await openStore());
      return;
    } catch (error) {
      if (!options.mayBeLate) {
        throw error;
      }
      this.#recordFailure(error, options.onFailure);
    }
    this.#opening = this.#keepOpening(openStore, options.onFailure);
  }

  /** Calls back once the store is open: at once when it is. */
  whenOpen(use: (side: StorageRuntime) => void): void {
    if (this.#side === undefined) {
      this.#waiting.push(use);
    } else {
      use(this.#side);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#opening;
    await this.#side?.close();
  }

  async #keepOpening(
    openStore: () => Promise<StorageRuntime>,
    onFailure: (error: unknown) => void,
  ): Promise<void> {
    if (!(await pause(FIRST_PAUSE_MS, this.#stop.signal))) {
      return;
    }
    const opened = await retry(openStore, {
      signal: this.#stop.signal,
      firstMs: 2 * FIRST_PAUSE_MS,
      lastMs: 15_000,
      onFailure: (error) => this.#recordFailure(error, onFailure),
    });
    if (opened !== undefined) {
      this.#opened(opened.value);
    }
  }

  #opened(side: StorageRuntime): void {
    this.#side = side;
    for (const use of this.#waiting.splice(0)) {
      use(side);
    }
  }

  #recordFailure(error: unknown, onFailure: (error: unknown) => void): void {
    this.#failure = error;
    onFailure(error);
  }
}
