import { type FileHandle, open } from 'node:fs/promises';
import { type FoundRecord, RecordReader } from './read-record.ts';
import type { WalRecord } from './record.ts';
import type { Segment } from './segment.ts';

/** A record with its position in the log; `end` is the position of the next one. */
export interface PositionedRecord {
  readonly record: WalRecord;
  readonly position: number;
  readonly end: number;
}

/** The parts of the log that a reader uses. */
interface ReadableLog {
  readonly segments: readonly Segment[];
  readonly end: number;
  readonly generation: number;
}

/** Reads a log sequentially through all files, and skips damaged parts. */
export class WalReader {
  readonly #log: ReadableLog;
  readonly #onDamage: (bytes: number) => void;
  #open: { path: string; generation: number; handle: FileHandle; reader: RecordReader } | undefined;

  constructor(log: ReadableLog, onDamage: (bytes: number) => void) {
    this.#log = log;
    this.#onDamage = onDamage;
  }

  /**
   * The record at `position`, or the next one after damage or a gap. Undefined if there is none before `limit`
   * (default: the log's end), from which a waiting reader continues.
   */
  async read(position: number, limit: number = this.#log.end): Promise<PositionedRecord | undefined> {
    let at = position;
    while (at < limit) {
      const segment = this.#segmentFor(at);
      if (segment === undefined) {
        return undefined;
      }
      at = Math.max(at, segment.base);
      const end = Math.min(segment.bytes, limit - segment.base);
      const found = at < limit ? await this.#find(segment, at - segment.base, end) : undefined;
      if (found !== undefined) {
        return {
          record: found.record,
          position: segment.base + found.offset,
          end: segment.base + found.end,
        };
      }
      at = segment.base + Math.max(end, 1);
    }
    return undefined;
  }

  /** Closes the open file, which may have been replaced. */
  async close(): Promise<void> {
    const { handle } = this.#open ?? {};
    this.#open = undefined;
    await handle?.close();
  }

  /** The file that contains `position`, or the next one if no file does. */
  #segmentFor(position: number): Segment | undefined {
    return this.#log.segments.find((segment) => segment.base + segment.bytes > position);
  }

  async #find(segment: Segment, offset: number, end: number): Promise<FoundRecord | undefined> {
    const reader = await this.#readerOf(segment);
    if (reader === undefined) {
      return undefined;
    }
    const here = await reader.at(offset, end);
    if (here !== undefined) {
      return here;
    }
    const next = await reader.from(offset + 1, end);
    this.#onDamage((next?.offset ?? end) - offset);
    return next;
  }

  /** Opens a file. Undefined if it was just deleted, after all readers had passed it. */
  async #readerOf(segment: Segment): Promise<RecordReader | undefined> {
    const { generation } = this.#log;
    if (this.#open?.path !== segment.path || this.#open.generation !== generation) {
      await this.close();
      const handle = await openIfThere(segment.path);
      if (handle === undefined) {
        return undefined;
      }
      this.#open = { path: segment.path, generation, handle, reader: new RecordReader(handle) };
    }
    return this.#open.reader;
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
