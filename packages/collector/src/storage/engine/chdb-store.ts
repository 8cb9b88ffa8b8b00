import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type * as Chdb from 'chdb';
import type { Session } from 'chdb';

import type { ClaimedMode } from './claimed-mode.ts';
import { bind, textLiteral } from './bind.ts';
import { quoteName } from './ddl.ts';
import { ConnectionPool } from './chdb/connection-pool.ts';
import { withInsertFile } from './chdb/insert-file.ts';
import { MEMORY_DATABASE_FILE, MemoryTables } from './chdb/memory-tables.ts';
import { turnSettings } from './store.ts';
import type { Insert, MemoryTable, Parameters, QueryOptions, Store } from './store.ts';
import { damageOf, StoreError } from './store-error.ts';
import { SerialQueue } from '../../runtime/serial-queue.ts';
import { TimeSlice } from '../../runtime/time-slice.ts';

export interface ChdbOptions {
  /** Directory of the engine's files, created if it does not exist. Only one process at a time can use it. */
  readonly directory: string;
  /** Which calls sums count. Default `separate`. */
  readonly claimed?: ClaimedMode;
  /**
   * Maximum number of bytes of memory that the engine may use. Default 700 MB; the engine's own default is 90 % of the
   * machine.
   */
  readonly maxMemoryBytes?: number;
  /** Called when a query fails on damaged files, with their table if known. */
  readonly onDamage?: (table: string | undefined) => void;
  /** Number of connections for reading. Default 3. Each uses a thread of the pool while it works. */
  readonly readers?: number;
}

async function loadChdb(): Promise<Pick<typeof Chdb, 'Session' | 'drainPending'>> {
  try {
    const loaded = await import('chdb');
    return loaded;
  } catch (cause) {
    throw new StoreError(
      'The embedded store needs the optional package "chdb" (Linux with glibc, or macOS): npm install chdb. ' +
        'Or use a server: --store clickhouse://user:password@host:8123/database.',
      { cause },
    );
  }
}

/** Settings of every reading statement. They are part of the statement, because `SET` would also affect the next one. */
function readSettings(options: QueryOptions | undefined): string {
  return (
    `${endOf(options)}, output_format_json_quote_64bit_integers=1,` +
    ' output_format_json_quote_decimals=1, output_format_json_escape_forward_slashes=0, readonly=2'
  );
}

function endOf(options: QueryOptions | undefined): string {
  const turn = Object.entries(turnSettings(options)).map(([name, value]) => `${name}=${value}, `);
  return ` SETTINGS ${turn.join('')}max_execution_time=${options?.maxSeconds ?? 60}`;
}

type Settings = Readonly<Record<string, string | number>>;

function insertSettings({ token }: Insert): Settings {
  return {
    insert_deduplication_token: token,
    // One insert is one block of one part, so a deduplication token covers all of it.
    max_insert_block_size: 10_000_000,
    min_insert_block_size_rows: 10_000_000,
    min_insert_block_size_bytes: 4_000_000_000,
    input_format_parallel_parsing: 0,
    max_partitions_per_insert_block: 0,
    // A write batch has one row for each key of a roll-up, and rarely two rows of one call, which merges and readers
    // resolve. Deduplicating rows at insert would add a third to its work.
    optimize_on_insert: 0,
  };
}

function insertFromFile({ table, columns, format }: Insert, path: string, settings: Settings): string {
  const names = columns.map(quoteName).join(', ');
  const assignments = Object.entries(settings).map(
    ([name, value]) => `${name} = ${typeof value === 'string' ? textLiteral(value) : value}`,
  );
  return (
    `INSERT INTO ${quoteName(table)} (${names}) FROM INFILE '${path}' ` +
    `SETTINGS ${assignments.join(', ')} FORMAT ${format}`
  );
}

/** Bytes of inserts after which the engine returns memory that it has freed. */
const RETURN_MEMORY_AFTER_BYTES = 32 << 20;

class ChdbStore implements Store {
  readonly kind = 'chdb';
  readonly claimed: ClaimedMode;
  readonly #directory: string;
  readonly #writer: { session: Session; turns: SerialQueue };
  readonly #readers: readonly Session[];
  readonly #pool: ConnectionPool<Session>;
  readonly #drain: () => Promise<void>;
  readonly #onDamage: ChdbOptions['onDamage'];
  readonly #memoryTables = new MemoryTables({
    query: (sql, parameters) => this.query(sql, parameters),
    run: async (sql, parameters, options) => void (await this.#read(bind(sql, parameters), options)),
  });
  #writes = 0;
  #insertedBytes = 0;
  #isClosed = false;

  constructor(
    writer: Session,
    readers: readonly Session[],
    drain: () => Promise<void>,
    { directory, claimed = 'separate', onDamage }: ChdbOptions,
  ) {
    this.claimed = claimed;
    this.#directory = directory;
    this.#onDamage = onDamage;
    this.#writer = { session: writer, turns: new SerialQueue() };
    this.#readers = readers;
    this.#pool = new ConnectionPool(readers);
    this.#drain = drain;
  }

  get writes(): number {
    return this.#writes;
  }

  async query<T extends object>(
    sql: string,
    parameters: Parameters = {},
    options?: QueryOptions,
  ): Promise<T[]> {
    const text = bind(sql, parameters) + (options?.isRaw === true ? '' : readSettings(options));
    return rowsOf<T>(await this.#read(text, options));
  }

  fillMemoryTable(
    columns: Readonly<Record<string, string>>,
    sql: string,
    parameters: Parameters,
    options?: QueryOptions,
  ): Promise<MemoryTable> {
    return this.#memoryTables.fill(columns, sql + endOf(options), parameters, options);
  }

  /** Runs a statement on a free connection for reading. */
  #read(text: string, options?: QueryOptions): Promise<Uint8Array> {
    if (this.#isClosed) return Promise.reject(new StoreError('The store is closed.'));
    const isYielding = options?.isBackground === true || options?.isYielding === true;
    return this.#pool.use({ isYielding, isWanted: options?.isWanted }, async (session) => {
      try {
        const result = await session.queryAsync(text, { format: 'JSONEachRow' });
        return result.bytes();
      } catch (cause) {
        const damage = damageOf(cause);
        if (damage !== undefined) this.#onDamage?.(damage.table);
        throw StoreError.from(cause);
      }
    });
  }

  insert(insert: Insert): Promise<void> {
    const settings = insertSettings(insert);
    return this.#write(async (session) => {
      if (insert.body.length === 0) return;
      await withInsertFile(this.#directory, insert.body, async (path) => {
        await session.queryAsync(insertFromFile(insert, path, settings));
      });
      this.#insertedBytes += insert.body.length;
      if (this.#insertedBytes < RETURN_MEMORY_AFTER_BYTES) return;
      this.#insertedBytes = 0;
      await returnMemory(session);
    });
  }

  execute(sql: string, parameters: Parameters = {}): Promise<void> {
    const text = bind(sql, parameters);
    return this.#write(async (session) => {
      await session.queryAsync(text);
    });
  }

  pauseWrites<T>(work: (parts: readonly string[]) => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new StoreError('The store is closed.'));
    return this.#writer.turns.run(async () => {
      const { session } = this.#writer;
      await session.queryAsync('SYSTEM STOP MERGES');
      try {
        const parts = await this.query<{ path: string }>(
          'SELECT path FROM system.parts WHERE active AND database = currentDatabase()',
        );
        return await work(parts.map(({ path }) => path));
      } finally {
        await session.queryAsync('SYSTEM START MERGES');
      }
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#writer.turns.idle();
    await this.#drain();
    for (const session of this.#readers) session.close();
    this.#writer.session.close();
    await this.#drain();
  }

  #write(task: (session: Session) => Promise<void>): Promise<void> {
    if (this.#isClosed) return Promise.reject(new StoreError('The store is closed.'));
    return this.#writer.turns.run(async () => {
      try {
        await task(this.#writer.session);
      } catch (cause) {
        throw StoreError.from(cause);
      } finally {
        this.#writes += 1;
      }
    });
  }
}

/**
 * Returns freed memory, which the engine's allocator keeps for later, to the system. Under steady load this is a tenth
 * of the process's memory.
 */
async function returnMemory(session: Session): Promise<void> {
  try {
    await session.queryAsync('SYSTEM JEMALLOC PURGE');
  } catch {
    // This engine has another allocator.
  }
}

const NEWLINE = 0x0a;

/** Parses line by line with pauses for other work, because an answer may have tens of thousands of rows. */
async function rowsOf<T extends object>({ buffer, byteOffset, byteLength }: Uint8Array): Promise<T[]> {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const slice = new TimeSlice();
  const rows: T[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) rows.push(JSON.parse(bytes.toString('utf8', start, end)) as T);
    start = end + 1;
    if (slice.isOver()) await slice.pass();
  }
  return rows;
}

/**
 * Opens the embedded engine.
 *
 * A process can have one engine with one directory. The engine locks the directory, so a second process gets an error.
 */
export async function openChdb(options: ChdbOptions): Promise<Store> {
  const chdb = await loadChdb();
  mkdirSync(options.directory, { recursive: true });
  // A power failure may have left it empty, and with an empty definition the engine does not start.
  rmSync(join(options.directory, MEMORY_DATABASE_FILE), { force: true });
  const open = (): Session =>
    new chdb.Session(options.directory, {
      connectionArgs: [
        `--max_server_memory_usage=${options.maxMemoryBytes ?? 700_000_000}`,
        '--mark_cache_size=134217728',
        '--background_pool_size=2',
        '--max_threads=2',
        // The engine's default is a gigabyte per thread. With less memory it would use a single thread.
        '--max_threads_min_free_memory_per_thread=33554432',
        // Statements contain long lists of ids.
        '--max_query_size=100000000',
        // A start that ends during the removal of a table leaves its files. The next start removes them at once and not
        // after eight minutes, because they contain ids of users that may be erased by then.
        '--database_atomic_delay_before_drop_table_sec=0',
      ],
    });
  try {
    const writer = open();
    const readers = Array.from({ length: options.readers ?? 3 }, open);
    await writer.queryAsync('CREATE DATABASE IF NOT EXISTS userspan ENGINE = Atomic');
    for (const session of [writer, ...readers]) await session.queryAsync('USE userspan');
    return new ChdbStore(writer, readers, chdb.drainPending, options);
  } catch (cause) {
    throw new StoreError(
      `The embedded store at ${options.directory} does not open: ${StoreError.from(cause).message}. ` +
        'If no other process uses it, its files are damaged: restore the data folder from a backup. ' +
        'To start with an empty store, move that folder and store.json beside it away.',
      {
        cause,
      },
    );
  }
}
