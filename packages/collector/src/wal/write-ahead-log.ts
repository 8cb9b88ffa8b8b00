import { open, readdir, rename, rm, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { AppendQueue } from './append-queue.ts';
import { Cursor } from './cursor.ts';
import { WalReader } from './wal-reader.ts';
import { WalUnavailable } from './wal-unavailable.ts';
import { cursorPath, type WalDirectory, type WalLoss, openWalDirectory } from './open-wal-directory.ts';
import { encodeRecord, type WalRecord } from './record.ts';
import { syncDirectory } from '../runtime/replace-file.ts';
import { type Segment, segmentPath, writeFully } from './segment.ts';

export interface RequestLogOptions {
  /** Its directory, created if missing. */
  readonly dir: string;
  /** Maximum number of bytes on disk before appends are refused. */
  readonly limitBytes: number;
  /** Size at which a new file is started. Default 64 MiB. */
  readonly segmentBytes?: number;
}

/** Health of the log for `/healthz`. */
export interface WalHealth {
  readonly state: 'ok' | 'limit' | 'disk-full' | 'failing' | 'closed';
  readonly message?: string;
  readonly bytes: number;
  readonly limitBytes: number;
  /** Missing bytes, or bytes with a wrong checksum. Their requests are lost. */
  readonly damagedBytes: number;
  /** Bytes of an incomplete write before a crash that were removed at the start. */
  readonly cutBytes: number;
}

/**
 * The write-ahead log of the store. An append resolves when it is durable.
 *
 * Concurrent appends share one `fdatasync`. Every reader has a {@link Cursor}; a file is deleted when all cursors have
 * passed it.
 */
export class WriteAheadLog {
  readonly id: string;
  readonly #dir: string;
  readonly #limitBytes: number;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  readonly #cutBytes: number;
  /** Missing or damaged parts that were found at the start. */
  readonly losses: readonly WalLoss[];
  readonly #cursors = new Map<string, Cursor>();
  readonly #listeners = new Set<() => void>();
  readonly #appends: AppendQueue = new AppendQueue((buffers, bytes) =>
    this.exclusively(() => this.#appendGroup(buffers, bytes)),
  );
  #active: FileHandle;
  #turn: Promise<unknown> = Promise.resolve();
  #mustRoll = false;
  #trouble: WalUnavailable | undefined;
  #damagedBytes = 0;
  #generation = 0;

  private constructor(options: RequestLogOptions, directory: WalDirectory) {
    this.#dir = options.dir;
    this.#limitBytes = options.limitBytes;
    this.#segmentBytes = options.segmentBytes ?? 64 << 20;
    this.id = directory.id;
    this.#segments = directory.segments;
    this.#active = directory.active;
    this.#cutBytes = directory.cutBytes;
    this.losses = directory.losses;
    const lost = directory.losses.reduce((sum, { lostBytes }) => sum + lostBytes, 0);
    this.#damagedBytes = lost - directory.cutBytes;
  }

  static async open(options: RequestLogOptions): Promise<WriteAheadLog> {
    return new WriteAheadLog(options, await openWalDirectory(options.dir));
  }

  /** Position after the last durable byte. */
  get end(): number {
    const last = this.#last();
    return last.base + last.bytes;
  }

  /** The files, oldest first. The last one is being written. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Number of replaced files. When it changes, readers must open their file again. */
  get generation(): number {
    return this.#generation;
  }

  get health(): WalHealth {
    const start = this.#segments[0]?.base ?? 0;
    const damage =
      this.#damagedBytes === 0
        ? undefined
        : `${this.#damagedBytes} bytes were missing or damaged: the requests in them are lost`;
    const message = this.#trouble?.message ?? damage;
    return {
      state: this.#trouble?.trouble ?? 'ok',
      ...(message === undefined ? undefined : { message }),
      bytes: this.end - start,
      limitBytes: this.#limitBytes,
      damagedBytes: this.#damagedBytes,
      cutBytes: this.#cutBytes,
    };
  }

  /** Resolves when the record is durable; otherwise rejects with {@link WalUnavailable}. */
  append(record: WalRecord): Promise<void> {
    if (this.#trouble?.trouble === 'closed') {
      return Promise.reject(this.#trouble);
    }
    const buffers = encodeRecord(record);
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    // Bytes that are being written may briefly be counted twice, but are always counted.
    const used = this.health.bytes + this.#appends.queuedBytes;
    if (used + bytes > this.#limitBytes) {
      this.#trouble = new WalUnavailable('limit', `the log is at its limit of ${this.#limitBytes} bytes`);
      return Promise.reject(this.#trouble);
    }
    return this.#appends.push(buffers, bytes);
  }

  /** Runs `work` while nothing else writes to the log's files. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(work);
    this.#turn = run.catch(() => undefined);
    return run;
  }

  reader(): WalReader {
    return new WalReader(this, (bytes) => {
      this.#damagedBytes += bytes;
    });
  }

  /** Calls `listener` after every durable append. Returns a function that stops this. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The cursor of that name. A new one starts at `startAt`, one with a damaged file at the oldest file. */
  async cursor(name: string, startAt: number): Promise<Cursor> {
    const oldest = this.#segments[0]?.base ?? 0;
    const cursor = await Cursor.open(cursorPath(this.#dir, name), name, Math.max(startAt, oldest), oldest);
    this.#cursors.set(name, cursor);
    return cursor;
  }

  /** Removes cursors of readers that no longer exist, which would keep files forever. */
  async dropCursorsExcept(names: readonly string[]): Promise<void> {
    for (const file of await readdir(this.#dir)) {
      const name = /^cursor-(.+)$/.exec(file)?.[1];
      if (name !== undefined && !names.includes(name)) {
        await rm(cursorPath(this.#dir, name), { force: true });
      }
    }
  }

  /**
   * Replaces a segment's file by one with the same length and the same record positions. Returns false if the segment
   * no longer exists.
   */
  async replaceSegment(segment: Segment, path: string): Promise<boolean> {
    return this.exclusively(async () => {
      if (!this.#segments.includes(segment)) {
        await rm(path);
        return false;
      }
      await rename(path, segment.path);
      await syncDirectory(this.#dir);
      this.#generation += 1;
      return true;
    });
  }

  /** Starts a new file if all readers have read the last one, so that it is deleted and stored data is not kept here. */
  async tidy(): Promise<void> {
    const end = this.end;
    const isRead = [...this.#cursors.values()].every((cursor) => cursor.position === end);
    if (isRead && this.#last().bytes > 0) {
      await this.exclusively(() => this.roll()).catch(() => undefined);
      await this.deleteBehind();
    }
  }

  /** Deletes files that all cursors have passed. */
  async deleteBehind(): Promise<void> {
    await this.exclusively(async () => {
      const passed = Math.min(...[...this.#cursors.values()].map((cursor) => cursor.position));
      while (this.#segments.length > 1) {
        const oldest = this.#segments[0];
        if (oldest === undefined || oldest.base + oldest.bytes > passed) {
          break;
        }
        await unlink(oldest.path);
        this.#segments.shift();
      }
      if (this.#trouble?.trouble === 'limit' && this.health.bytes < this.#limitBytes) {
        this.#trouble = undefined;
      }
    });
  }

  /** Starts a new file, so that the previous ones are only read from now on. Call it inside {@link exclusively}. */
  async roll(): Promise<void> {
    if (this.#last().bytes === 0 && !this.#mustRoll) {
      return;
    }
    const base = this.end;
    if (this.#last().bytes === 0) {
      this.#segments.pop();
    }
    const path = segmentPath(this.#dir, base);
    const active = await open(path, 'w+', 0o600);
    await syncDirectory(this.#dir);
    await this.#active.close();
    this.#active = active;
    this.#segments.push({ base, path, bytes: 0 });
    this.#mustRoll = false;
  }

  async close(): Promise<void> {
    this.#trouble = new WalUnavailable('closed', 'the collector is stopping');
    await this.#appends.idle();
    await this.#turn;
    await this.#active.close();
    for (const cursor of this.#cursors.values()) {
      await cursor.close();
    }
  }

  #last(): Segment {
    const last = this.#segments.at(-1);
    if (last === undefined) {
      throw new Error('a log has a segment');
    }
    return last;
  }

  async #appendGroup(buffers: readonly Buffer[], bytes: number): Promise<void> {
    try {
      await this.#write(buffers, bytes);
    } catch (error) {
      const trouble = WalUnavailable.from(error);
      this.#trouble = trouble;
      await this.#undo(trouble);
      throw trouble;
    }
  }

  async #write(buffers: readonly Buffer[], bytes: number): Promise<void> {
    const last = this.#last();
    if (this.#mustRoll || (last.bytes > 0 && last.bytes + bytes > this.#segmentBytes)) {
      await this.roll();
    }
    const segment = this.#last();
    await writeFully(this.#active, buffers, segment.bytes);
    await this.#active.datasync();
    segment.bytes += bytes;
    this.#trouble = undefined;
    for (const listener of this.#listeners) {
      listener();
    }
  }

  /**
   * Removes the bytes of a failed write. After a failed sync the file cannot be trusted, so the next write uses a new
   * file.
   */
  async #undo(trouble: WalUnavailable): Promise<void> {
    try {
      await this.#active.truncate(this.#last().bytes);
    } catch {
      this.#mustRoll = true;
    }
    if (trouble.trouble !== 'disk-full') {
      this.#mustRoll = true;
    }
  }
}
