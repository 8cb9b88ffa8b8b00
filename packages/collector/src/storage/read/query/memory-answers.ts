import type { MemoryTable, Parameters, Store } from '../../engine/store.ts';
import { keyOfQuery, RecentValues } from './recent-values.ts';
import type { RecentValuesOptions } from './recent-values.ts';

const MAX_TABLES = 8;
/** Maximum number of rows of all tables together: 200,000 rows of sums take 24 MB. */
const MAX_ROWS = 800_000;
/** With more users, queries read from the disk, because the tables would need too much memory. */
const MAX_USERS = 600_000;
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
   */
  async use<T>(query: KeptQuery, read: (table: string | undefined) => Promise<T>): Promise<T> {
    const fill = this.#store.fillMemoryTable?.bind(this.#store);
    if (fill === undefined || !(await this.#isWorthwhile())) return read(undefined);
    const { sql, parameters, columns } = query;
    const filled = this.#tables.get(keyOfQuery(sql, parameters), async (isBackground) => {
      const table = await fill(columns, sql, parameters, { isBackground });
      return { value: new Lease(table), size: table.rows };
    });
    const lease = await filled.catch(() => undefined);
    return lease === undefined ? read(undefined) : lease.use(read);
  }

  /** Drops all tables. Called after a change by a client, so that the client sees it. */
  clear(): void {
    this.#tables.clear();
  }

  async #isWorthwhile(): Promise<boolean> {
    const now = performance.now();
    if (this.#users === undefined || now - this.#users.readAt > COUNT_AGE_MS) {
      // From the metadata of the parts, so that no row is read.
      const [row] = await this.#store.query<{ users: string }>(
        "SELECT sum(rows) AS users FROM system.parts WHERE active AND database = currentDatabase() AND table = 'profiles'",
      );
      this.#users = { count: Number(row?.users ?? 0), readAt: now };
    }
    const { count } = this.#users;
    return count >= this.#minUsers && count <= MAX_USERS;
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
