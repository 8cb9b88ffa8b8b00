import type { WalReader, PositionedRecord } from '../wal/wal-reader.ts';
import type { WriteAheadLog } from '../wal/write-ahead-log.ts';

/** Consecutive records of the log, up to `end`; none where all of them are lost. */
export interface GatheredBatch {
  readonly records: readonly PositionedRecord[];
  readonly end: number;
}

export interface BatchLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** How long to wait, from the first record on, for more. */
  readonly lingerMs: number;
}

/**
 * The next records of the log: until the batch is full, or has waited long enough for more.
 *
 * Waits for a first record without end; undefined when `signal` aborts before there is one.
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

/** A batch that takes records until it is full. */
class OpenBatch implements GatheredBatch {
  readonly records: PositionedRecord[] = [];
  end: number;
  /** When it has waited long enough for more; never while it is empty. */
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
   * Moves the end to a position up to which nothing can be read any more; `false` where it is there already. Without
   * this step the end of the log would never be reached where records are missing or damaged.
   */
  skipTo(end: number): boolean {
    if (end <= this.end) return false;
    this.end = end;
    return true;
  }

  /** Takes a record, of any size if it is the first; `false` where the batch would be too large with it. */
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

/** Resolves when the log grows beyond `end`, when `waitMs` are over, or when `signal` aborts. */
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
