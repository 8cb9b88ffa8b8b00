/** How long after a check that a failed read began another one may be begun so: a check reads the whole store. */
const PAUSE_MS = 10 * 60_000;

/** Reads all files of the embedded store against their checksums, those of one table first. */
type Check = (firstTable?: string) => Promise<void>;

/** Checks the files of the embedded store one check at a time: regularly, and at once when a read finds damage. */
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

  /** From now on `check` is what checks: also at once, if a read found damage before. */
  start(check: Check): void {
    this.#check = check;
    if (this.#wanted !== undefined) this.request(this.#wanted.table);
  }

  /** A read failed on damaged files, of this table where it is known. */
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

  /** Begins no more checks, and waits for the one that is running. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running?.catch(() => undefined);
  }
}
