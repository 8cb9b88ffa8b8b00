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
  /** Its directory; made when missing. */
  readonly dir: string;
  /** Maximum number of bytes on disk before appends are refused. */
  readonly limitBytes: number;
  /** Size at which the next file is begun. Default 64 MiB. */
  readonly segmentBytes?: number;
}

/** What `/healthz` says about the log. */
export interface WalHealth {
  readonly state: 'ok' | 'limit' | 'disk-full' | 'failing' | 'closed';
  readonly message?: string;
  readonly bytes: number;
  readonly limitBytes: number;
  /** Bytes that were missing or whose checksum was wrong: the requests in them are lost. */
  readonly damagedBytes: number;
  /** Bytes of a write that a crash tore, cut at the start. */
  readonly cutBytes: number;
}

/**
 * The log in front of the store: an append resolves when its bytes are on the disk.
 *
 * Appends that meet share one `fdatasync`. Every reader of the log has a {@link Cursor}; a file goes when all of them are
 * past it.
 */
export class WriteAheadLog {
  readonly id: string;
  readonly #dir: string;
  readonly #limitBytes: number;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  readonly #cutBytes: number;
  /** What was found missing or damaged at the start. */
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

  /** Position behind the last durable byte. */
  get end(): number {
    const last = this.#last();
    return last.base + last.bytes;
  }

  /** Oldest to newest; the last one is being written. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Counts the files that were replaced: a reader that has one open must open it again. */
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

  /** Resolves when the record is on the disk; rejects with {@link WalUnavailable} when it is not. */
  append(record: WalRecord): Promise<void> {
    if (this.#trouble?.trouble === 'closed') {
      return Promise.reject(this.#trouble);
    }
    const buffers = encodeRecord(record);
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    // What is being written may be counted twice for a moment, and never not at all.
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

  /** Calls back after every append that became durable. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The cursor of that name, where it was left; a new one starts at `startAt`, one whose file is damaged at the oldest file. */
  async cursor(name: string, startAt: number): Promise<Cursor> {
    const oldest = this.#segments[0]?.base ?? 0;
    const cursor = await Cursor.open(cursorPath(this.#dir, name), name, Math.max(startAt, oldest), oldest);
    this.#cursors.set(name, cursor);
    return cursor;
  }

  /** Removes the cursors of readers that are gone, which would hold the files back for ever. */
  async dropCursorsExcept(names: readonly string[]): Promise<void> {
    for (const file of await readdir(this.#dir)) {
      const name = /^cursor-(.+)$/.exec(file)?.[1];
      if (name !== undefined && !names.includes(name)) {
        await rm(cursorPath(this.#dir, name), { force: true });
      }
    }
  }

  /** Puts another file in a segment's place: same length, same records at the same places. False when it is gone. */
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

  /** Lets the file that was written last go too, once all consumers have read it: what is in the store need not be here. */
  async tidy(): Promise<void> {
    const end = this.end;
    const isRead = [...this.#cursors.values()].every((cursor) => cursor.position === end);
    if (isRead && this.#last().bytes > 0) {
      await this.exclusively(() => this.roll()).catch(() => undefined);
      await this.deleteBehind();
    }
  }

  /** Deletes the files that all cursors have passed. */
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

  /** Begins the next file, so that the ones before are only read from now on. Call it inside {@link exclusively}. */
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
   * Cuts off what a failed write left. After a failed sync the file cannot be trusted, so the next write starts a new file.
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
