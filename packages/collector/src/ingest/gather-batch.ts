import type { WalReader, PositionedRecord } from '../wal/wal-reader.ts';
import type { WriteAheadLog } from '../wal/write-ahead-log.ts';

/** A stretch of the log, up to `end`. Without records where all of it is lost. */
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
 * The next stretch of the log: until it is full, or has waited long enough for more.
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
  const records: PositionedRecord[] = [];
  const gathered = (): GatheredBatch => ({ records, end });
  let end = from;
  let items = 0;
  let bytes = 0;
  let deadline = Number.POSITIVE_INFINITY;
  for (;;) {
    const readable = log.end;
    const found = await reader.read(end, readable);
    if (found === undefined) {
      // What lies between is missing or damaged. Without this step the end of the log would never be reached.
      const isLost = readable > end;
      if (isLost) end = readable;
      if (isLost && records.length === 0) return gathered();
      const waitMs = deadline - performance.now();
      if (waitMs <= 0 || signal.aborted) return records.length === 0 ? undefined : gathered();
      await moreOf(log, end, waitMs, signal);
    } else {
      items += itemsOf(found);
      bytes += found.end - found.position;
      const isFull = items > limits.maxItems || bytes > limits.maxBytes;
      if (isFull && records.length > 0) return gathered();
      if (records.length === 0) deadline = performance.now() + limits.lingerMs;
      records.push(found);
      ({ end } = found);
    }
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
