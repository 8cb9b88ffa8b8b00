import type { WalReader, PositionedRecord } from '../wal/wal-reader.ts';
import type { WriteAheadLog } from '../wal/write-ahead-log.ts';

/** Consecutive records of the log up to `end`; none if all of them are lost. */
export interface GatheredBatch {
  readonly records: readonly PositionedRecord[];
  readonly end: number;
}

export interface BatchLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** How long to wait for more records after the first one. */
  readonly lingerMs: number;
}

/**
 * Collects the next records of the log until the batch is full or has waited long enough.
 *
 * Waits for the first record without a limit; returns undefined if `signal` aborts before it arrives.
 */
export async function gatherBatch(
  log: WriteAheadLog,
  reader: WalReader,
  from: number,
  limits: BatchLimits,
  signal: AbortSignal,
): Promise<GatheredBatch | undefined> {
  const batch = new OpenBatch(from, limits);
  for (;;) {
    const readable = log.end;
    const found = await reader.read(batch.end, readable);
    if (found !== undefined) {
      if (batch.add(found)) continue;
      return batch;
    }
    const isLost = batch.skipTo(readable);
    if (isLost && batch.isEmpty) return batch;
    const waitMs = batch.deadline - performance.now();
    if (waitMs <= 0 || signal.aborted) return batch.isEmpty ? undefined : batch;
    await moreOf(log, batch.end, waitMs, signal);
  }
}

/** A batch that is being filled with records. */
class OpenBatch implements GatheredBatch {
  readonly records: PositionedRecord[] = [];
  end: number;
  /** Until when it waits for more records; infinity while it is empty. */
  deadline: number = Number.POSITIVE_INFINITY;
  readonly #limits: BatchLimits;
  #items = 0;
  #bytes = 0;

  constructor(from: number, limits: BatchLimits) {
    this.end = from;
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.records.length === 0;
  }

  /**
   * Moves the end to a position before which nothing more can be read; returns `false` if it is already there.
   * Otherwise the end of the log would never be reached after missing or damaged records.
   */
  skipTo(end: number): boolean {
    if (end <= this.end) return false;
    this.end = end;
    return true;
  }

  /** Adds a record; returns `false` if the batch would become too large. The first record may have any size. */
  add(found: PositionedRecord): boolean {
    const { maxItems, maxBytes, lingerMs } = this.#limits;
    this.#items += itemsOf(found);
    this.#bytes += found.end - found.position;
    if (this.isEmpty) {
      this.deadline = performance.now() + lingerMs;
    } else if (this.#items > maxItems || this.#bytes > maxBytes) {
      return false;
    }
    this.records.push(found);
    this.end = found.end;
    return true;
  }
}

function itemsOf({ record }: PositionedRecord): number {
  return record.signal === 'metrics' ? 0 : record.items;
}

/** Resolves when the log grows beyond `end`, after `waitMs`, or when `signal` aborts. */
function moreOf(log: WriteAheadLog, end: number, waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = Number.isFinite(waitMs) ? setTimeout(finish, waitMs) : undefined;
    const forget = log.onAppend(finish);
    signal.addEventListener('abort', finish);
    function finish(): void {
      clearTimeout(timer);
      forget();
      signal.removeEventListener('abort', finish);
      resolve();
    }
    if (log.end > end) {
      finish();
    }
  });
}
