import type { MemoryTable, Parameters, QueryOptions } from '../store.ts';

/** The database of the memory tables. It has a definition file, but its tables do not survive a restart. */
const DATABASE = 'userspan_memory';

/** The definition file of that database, relative to the store's folder. It may be deleted while the store is closed. */
export const MEMORY_DATABASE_FILE: string = `metadata/${DATABASE}.sql`;

/** Runs statements of the embedded engine without waiting for its writes. */
interface Engine {
  query<T extends object>(sql: string, parameters: Parameters): Promise<T[]>;
  run(sql: string, parameters: Parameters, options?: QueryOptions): Promise<void>;
}

/** Memory tables of the embedded engine. They are not part of the store. */
export class MemoryTables {
  readonly #engine: Engine;
  #database: Promise<void> | undefined;
  #next = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Creates a table with the rows of a query, which ends with its settings. */
  async fill(
    columns: Readonly<Record<string, string>>,
    select: string,
    parameters: Parameters,
    options: QueryOptions | undefined,
  ): Promise<MemoryTable> {
    await this.#createDatabase();
    this.#next += 1;
    const table = `rows_${this.#next}`;
    const name = `${DATABASE}.${table}`;
    const types = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
    const drop = (): Promise<void> => this.#engine.run(`DROP TABLE IF EXISTS ${name}`, {});
    await this.#engine.run(`CREATE TABLE ${name} (${types.join(', ')}) ENGINE = Memory`, {});
    try {
      const names = Object.keys(columns).join(', ');
      await this.#engine.run(`INSERT INTO ${name} (${names}) ${select}`, parameters, options);
      const [size] = await this.#engine.query<{ rows: string; bytes: string }>(
        `SELECT total_rows AS rows, total_bytes AS bytes FROM system.tables WHERE database = '${DATABASE}' AND name = '${table}'`,
        {},
      );
      return { name, rows: Number(size?.rows ?? 0), bytes: Number(size?.bytes ?? 0), drop };
    } catch (error) {
      await drop().catch(() => undefined);
      throw error;
    }
  }

  /** Creates the database once. After a failure, the next call tries again. */
  #createDatabase(): Promise<void> {
    this.#database ??= this.#engine
      .run(`CREATE DATABASE IF NOT EXISTS ${DATABASE} ENGINE = Memory`, {})
      .catch((error: unknown) => {
        this.#database = undefined;
        throw error;
      });
    return this.#database;
  }
}
