import type { MemoryTable, Parameters, Store } from '../../engine/store.ts';
import { keyOfQuery, RecentValues } from './recent-values.ts';
import type { RecentValuesOptions } from './recent-values.ts';

const MAX_TABLES = 8;
/** Maximum number of rows of all tables together: 200,000 rows of sums take 21 MB. */
const MAX_ROWS = 800_000;
/** With more users, queries read from the disk, because the tables would need too much memory: two rows for each user. */
const MAX_USERS = 400_000;
/** Up to this many rows a user, users are counted. With more, there are too many even if most rows are of the same users. */
const MAX_ROWS_OF_USER = 10;
const IDLE_MS = 120_000;
/** Maximum age of the number of users. */
const COUNT_AGE_MS = 30_000;

export interface MemoryAnswersOptions extends RecentValuesOptions {
  /** Minimum number of users of the store for tables to be used. Default 10,000. */
  readonly minUsers?: number;
}

/** A query that fills a table, and the types of its columns. */
export interface KeptQuery {
  readonly sql: string;
  readonly parameters: Parameters;
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * Memory tables with a row for each user of a large project. One pass over the users' days fills a table, and lists in
 * every order, counts of users and changes of cost are then read from it. Tables are cached like `RecentAnswers`.
 */
export class MemoryAnswers {
  readonly #store: Store;
  readonly #minUsers: number;
  readonly #tables: RecentValues<Lease>;
  #users: { readonly count: number; readonly readAt: number } | undefined;

  constructor(store: Store, options: MemoryAnswersOptions) {
    this.#store = store;
    this.#minUsers = options.minUsers ?? 10_000;
    this.#tables = new RecentValues(store, {
      ...options,
      max: MAX_TABLES,
      maxSize: MAX_ROWS,
      idleMs: IDLE_MS,
      onEnd: (lease) => lease.end(),
    });
  }

  /**
   * Runs `read` with the name of a table that has the rows of a query. Runs it with `undefined` if the store has few
   * users or very many, or is a server, or if the table cannot be filled, for example for lack of memory. Then `read`
   * has to query the roll-ups.
   *
   * @param options - With `isExact`, only a table that includes everything written so far is used, and none is filled.
   */
  async use<T>(
    query: KeptQuery,
    read: (table: string | undefined) => Promise<T>,
    { isExact = false }: { readonly isExact?: boolean } = {},
  ): Promise<T> {
    const fill = this.#store.fillMemoryTable?.bind(this.#store);
    if (fill === undefined || !(await this.#isWorthwhile())) return read(undefined);
    const { sql, parameters, columns } = query;
    const key = keyOfQuery(sql, parameters);
    const filled = isExact
      ? this.#tables.getExact(key)
      : this.#tables.get(key, async (isBackground) => {
          const table = await fill(columns, sql, parameters, { isBackground });
          // A larger table replaces all others. The cache would not keep it with its own size.
          return { value: new Lease(table), size: Math.min(table.rows, MAX_ROWS) };
        });
    const lease = await filled?.catch(() => undefined);
    return lease === undefined ? read(undefined) : lease.use(read);
  }

  /** Drops all tables. Called after a change by a client, so that the client sees it. */
  clear(): void {
    this.#tables.clear();
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

/** A table that is dropped once it has left the cache and nothing reads it. */
class Lease {
  readonly #table: MemoryTable;
  #readers = 0;
  #isOver = false;

  constructor(table: MemoryTable) {
    this.#table = table;
  }

  async use<T>(read: (table: string | undefined) => Promise<T>): Promise<T> {
    // It left the cache while the caller waited for it.
    if (this.#isOver && this.#readers === 0) return read(undefined);
    this.#readers += 1;
    try {
      return await read(this.#table.name);
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
    if (this.#isOver && this.#readers === 0) this.#table.drop().catch(() => undefined);
  }
}
