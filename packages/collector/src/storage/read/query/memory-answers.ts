import type { MemoryTable, Parameters, QueryOptions, Store } from '../../engine/store.ts';
import { keyOfQuery, RecentValues } from './recent-values.ts';
import type { Make, RecentValuesOptions, Sized } from './recent-values.ts';

const MAX_TABLES = 8;
/** Maximum memory of all tables together. */
const MAX_BYTES = 128 << 20;
/** A table that needs more is dropped, and queries read from the disk. */
const MAX_BYTES_OF_TABLE = MAX_BYTES / 2;
/** With more users, queries read from the disk, because the tables would need too much memory. */
const MAX_USERS = 400_000;
/** Up to this many rows a user, users are counted. With more, there are too many even if most rows are of the same users. */
const MAX_ROWS_OF_USER = 10;
const IDLE_MS = 120_000;
/** Maximum age of the number of users. */
const COUNT_AGE_MS = 30_000;

export interface MemoryAnswersOptions extends RecentValuesOptions {
  /** Minimum number of users of the store for tables to be used. Default 10,000. */
  readonly minUsers?: number;
  /** Maximum memory of one table. Default 64 MiB. */
  readonly maxTableBytes?: number;
}

/** A query that fills a table, and the types of its columns. */
export interface KeptQuery {
  readonly sql: string;
  readonly parameters: Parameters;
  readonly columns: Readonly<Record<string, string>>;
  /** SQL of a condition that is checked once, when the table is filled: whether any row meets it. */
  readonly flag?: string;
  /** Whether filling the table yields to other queries, such as those of lists. */
  readonly isYielding?: boolean;
}

/** Which tables a read may use. See {@link MemoryAnswers.use}. */
export type Only = 'exact' | 'current' | 'filled' | 'soon';

/** A filled table. */
export interface KeptTable {
  /** Name for use in a statement. */
  readonly name: string;
  /** Whether any row meets the condition `flag` of its query. */
  readonly isFlagged: boolean;
}

/**
 * Memory tables with a row for each user of a large project. One pass over the users' days fills a table, and lists in
 * every order, counts of users and changes of cost are then read from it. Tables are cached like `RecentAnswers`.
 */
export class MemoryAnswers {
  readonly #store: Store;
  readonly #minUsers: number;
  readonly #maxTableBytes: number;
  readonly #tables: RecentValues<Lease>;
  #users: { readonly count: number; readonly readAt: number } | undefined;

  constructor(store: Store, options: MemoryAnswersOptions) {
    this.#store = store;
    this.#minUsers = options.minUsers ?? 10_000;
    this.#maxTableBytes = options.maxTableBytes ?? MAX_BYTES_OF_TABLE;
    this.#tables = new RecentValues(store, {
      ...options,
      max: MAX_TABLES,
      maxWeight: MAX_BYTES,
      idleMs: IDLE_MS,
      onEnd: (lease) => lease.end(),
    });
  }

  /**
   * Runs `read` with a table that has the rows of a query. Runs it with `undefined` if the store has few users or very
   * many, or is a server, or if the table is too large or cannot be filled, for example for lack of memory. Then `read`
   * has to query the disk.
   *
   * @param only - `exact`: only a table that includes everything written so far is used, and none is filled. `current`:
   *   likewise, and a missing one is filled. `filled`: only a table that may be used without waiting. `soon`: likewise,
   *   and a missing one is filled in the background.
   */
  async use<T>(
    query: KeptQuery,
    read: (table: KeptTable | undefined) => Promise<T>,
    only?: Only,
  ): Promise<T> {
    const fill = this.#store.fillMemoryTable?.bind(this.#store);
    if (fill === undefined || !(await this.#isWorthwhile())) return read(undefined);
    const key = keyOfQuery(query.sql, query.parameters);
    const make: Make<Lease> = (isBackground, isWanted) => this.#fill(fill, query, { isBackground, isWanted });
    const lease = await this.#find(key, make, only)?.catch(() => undefined);
    return lease === undefined ? read(undefined) : lease.use(read);
  }

  /**
   * Fills a table in the background, so that no request waits for it. Does nothing if it includes everything written so
   * far. Call it only if {@link areUsed}.
   */
  async fill(query: KeptQuery): Promise<void> {
    const fill = this.#store.fillMemoryTable?.bind(this.#store);
    if (fill === undefined) return;
    await this.#tables.refresh(keyOfQuery(query.sql, query.parameters), (isBackground, isWanted) =>
      this.#fill(fill, query, { isBackground, isWanted }),
    );
  }

  /** Whether the store has so many users, and not too many, that tables are used. */
  async areUsed(): Promise<boolean> {
    return this.#store.fillMemoryTable !== undefined && (await this.#isWorthwhile());
  }

  /** Drops all tables. Called after a change by a client, so that the client sees it. */
  clear(): void {
    this.#tables.clear();
  }

  #find(key: string, make: Make<Lease>, only: Only | undefined): Promise<Lease> | undefined {
    if (only === 'exact') return this.#tables.getExact(key);
    if (only === 'current') return this.#tables.getExact(key) ?? this.#tables.make(key, make);
    if (only === undefined) return this.#tables.get(key, make);
    const known = this.#tables.getKnown(key, make);
    // If that fails, the next request tries it again.
    if (known === undefined && only === 'soon') this.#tables.refresh(key, make).catch(() => undefined);
    return known;
  }

  async #fill(
    fill: NonNullable<Store['fillMemoryTable']>,
    { sql, parameters, columns, flag, isYielding = false }: KeptQuery,
    options: QueryOptions,
  ): Promise<Sized<Lease>> {
    const table = await fill(columns, sql, parameters, { ...options, isYielding });
    const { name, rows: size, bytes: weight } = table;
    try {
      if (weight > this.#maxTableBytes) {
        await table.drop();
        // That it is too large is cached as well, so that not every request fills it again.
        return { value: new Lease(undefined, false), size, weight: 1 };
      }
      const flagged =
        flag === undefined ? [] : await this.#store.query(`SELECT 1 FROM ${name} WHERE ${flag} LIMIT 1`);
      return { value: new Lease(table, flagged.length > 0), size, weight };
    } catch (error) {
      await table.drop().catch(() => undefined);
      throw error;
    }
  }

  async #isWorthwhile(): Promise<boolean> {
    const now = performance.now();
    if (this.#users === undefined || now - this.#users.readAt > COUNT_AGE_MS) {
      this.#users = { count: await this.#countUsers(), readAt: now };
    }
    const { count } = this.#users;
    return count >= this.#minUsers && count <= MAX_USERS;
  }

  async #countUsers(): Promise<number> {
    // From the metadata of the parts, so that no row is read.
    const [parts] = await this.#store.query<{ rows: string }>(
      "SELECT sum(rows) AS rows FROM system.parts WHERE active AND database = currentDatabase() AND table = 'profiles'",
    );
    const rows = Number(parts?.rows ?? 0);
    if (rows <= MAX_USERS || rows > MAX_ROWS_OF_USER * MAX_USERS) return rows;
    // A user has a row in each part until the parts are merged.
    const [found] = await this.#store.query<{ users: string }>(
      'SELECT uniq(project, user_id) AS users FROM profiles',
    );
    return Number(found?.users ?? 0);
  }
}

/** A table that is dropped once it has left the cache and nothing reads it. Without a table if it is too large. */
class Lease {
  readonly #table: MemoryTable | undefined;
  readonly #isFlagged: boolean;
  #readers = 0;
  #isOver = false;

  constructor(table: MemoryTable | undefined, isFlagged: boolean) {
    this.#table = table;
    this.#isFlagged = isFlagged;
  }

  async use<T>(read: (table: KeptTable | undefined) => Promise<T>): Promise<T> {
    if (this.#table === undefined) return read(undefined);
    // It left the cache while the caller waited for it.
    if (this.#isOver && this.#readers === 0) return read(undefined);
    this.#readers += 1;
    try {
      return await read({ name: this.#table.name, isFlagged: this.#isFlagged });
    } finally {
      this.#readers -= 1;
      this.#dropIfUnused();
    }
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#dropIfUnused();
  }

  #dropIfUnused(): void {
    // The store may be closed by now, which drops the table too.
    if (this.#isOver && this.#readers === 0) this.#table?.drop().catch(() => undefined);
  }
}
