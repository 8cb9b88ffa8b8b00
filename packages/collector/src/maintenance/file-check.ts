/** Minimum time between checks that failed reads cause, because a check reads the whole store. */
const PAUSE_MS = 10 * 60_000;

/** Verifies the checksums of all files of the embedded store, those of one table first. */
type Check = (firstTable?: string) => Promise<void>;

/** Checks the files of the embedded store, one check at a time: regularly, and immediately when a read finds damage. */
export class FileCheck {
  readonly #onError: (error: unknown) => void;
  #check: Check | undefined;
  #running: Promise<void> | undefined;
  #wanted: { readonly table: string | undefined } | undefined;
  #requestedMs = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Sets the check function. Runs it immediately if a read has already found damage. */
  start(check: Check): void {
    this.#check = check;
    if (this.#wanted !== undefined) this.request(this.#wanted.table);
  }

  /** Requests a check because a read failed on damaged files, of this table if known. */
  request(table: string | undefined): void {
    this.#wanted = { table };
    const nowMs = performance.now();
    const isTooSoon = nowMs - this.#requestedMs < PAUSE_MS;
    if (this.#check === undefined || this.#running !== undefined || this.#isStopped || isTooSoon) return;
    this.#requestedMs = nowMs;
    void this.run(table).catch(this.#onError);
  }

  /** Checks everything, or waits for the check that is running. */
  run(firstTable?: string): Promise<void> {
    if (this.#isStopped || this.#check === undefined) return Promise.resolve();
    this.#running ??= this.#check(firstTable).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Starts no more checks and waits for the running one. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running?.catch(() => undefined);
  }
}
