interface Pending {
  readonly buffers: readonly Buffer[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

const GROUP_RECORDS = 256;
const GROUP_BYTES = 16 << 20;

/** Combines appends that arrive during a write into the next write, so that they share one sync. */
export class AppendQueue {
  readonly #write: (buffers: readonly Buffer[], bytes: number) => Promise<void>;
  readonly #queue: Pending[] = [];
  #queuedBytes = 0;
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();

  /** `write` is called with one group at a time. If it rejects, every append of the group rejects. */
  constructor(write: (buffers: readonly Buffer[], bytes: number) => Promise<void>) {
    this.#write = write;
  }

  /** Bytes that wait to be written. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  push(buffers: readonly Buffer[], bytes: number): Promise<void> {
    this.#queuedBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#queue.push({ buffers, bytes, resolve, reject });
      if (!this.#isWriting) {
        this.#isWriting = true;
        this.#writing = this.#writeAll();
      }
    });
  }

  /** Resolves when no append is waiting. */
  idle(): Promise<void> {
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      const bytes = group.reduce((sum, pending) => sum + pending.bytes, 0);
      try {
        await this.#write(
          group.flatMap((pending) => pending.buffers),
          bytes,
        );
        for (const { resolve } of group) {
          resolve();
        }
      } catch (error) {
        for (const { reject } of group) {
          reject(error);
        }
      }
      this.#queuedBytes -= bytes;
    }
    this.#isWriting = false;
  }

  #takeGroup(): Pending[] {
    let count = 0;
    let bytes = 0;
    for (const pending of this.#queue) {
      if (count > 0 && (count >= GROUP_RECORDS || bytes + pending.bytes > GROUP_BYTES)) {
        break;
      }
      count += 1;
      bytes += pending.bytes;
    }
    return this.#queue.splice(0, count);
  }
}
