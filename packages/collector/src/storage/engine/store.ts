import { wantedNow } from '../../runtime/wanted.ts';
import type { IsWanted } from '../../runtime/wanted.ts';
import type { ClaimedMode } from './claimed-mode.ts';

/** A value of a query parameter. */
export type Parameter = string | number | bigint | boolean | readonly string[] | readonly bigint[];

export type Parameters = Readonly<Record<string, Parameter>>;

/** One cell of an answer. 64-bit integers and decimals are strings, so that no digit is lost. */
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell };

export type Row = Readonly<Record<string, Cell>>;

export interface QueryOptions {
  /** Time limit in seconds. Default 60. */
  readonly maxSeconds?: number;
  /** Background work: uses one thread and pauses while other queries run. */
  readonly isBackground?: boolean;
  /** Pauses while queries without this option run, such as those of a list, and waits for a connection after them. */
  readonly isYielding?: boolean;
  /** A statement that waits for a connection while this returns false is not run, and fails with `Unwanted`. */
  readonly isWanted?: IsWanted;
  /** The statement is not a `SELECT` and contains its own settings and format. */
  readonly isRaw?: boolean;
}

/** Rows for one table, already serialized, so that the same bytes are inserted again after a crash. */
export interface Insert {
  readonly table: string;
  readonly columns: readonly string[];
  /** Format of the body. Text rows occur only in write batches of an older version. */
  readonly format: 'Native' | 'TabSeparated';
  readonly body: Buffer;
  /** Deduplication token. The engine drops rows with a token that it has seen before. */
  readonly token: string;
}

/** A statement that deletes or changes rows and can be repeated. */
export interface Mutation {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** A table in memory with the rows of a query, for other queries. */
export interface MemoryTable {
  /** Name for use in a statement. */
  readonly name: string;
  readonly rows: number;
  /** Memory that its rows take. */
  readonly bytes: number;
  /** Frees its memory. Running queries on it finish. */
  drop(): Promise<void>;
}

/** A ClickHouse engine: embedded (chDB) or a server. Same schema, same queries. */
export interface Store {
  readonly kind: 'chdb' | 'clickhouse';
  /** The cluster whose tables are replicated and distributed. */
  readonly cluster?: string;
  /** How the sums of this collector treat claimed calls. */
  readonly claimed: ClaimedMode;
  /** Number of writes. Only for the embedded engine, to which no other process can write. */
  readonly writes?: number;
  /** Runs a query. Values are passed only through `{name:Type}` placeholders. */
  query<T extends object = Row>(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<T[]>;
  /** Embedded engine only: creates a memory table with the rows of a query. `columns` are its column types. */
  fillMemoryTable?(
    columns: Readonly<Record<string, string>>,
    sql: string,
    parameters: Parameters,
    options?: QueryOptions,
  ): Promise<MemoryTable>;
  insert(insert: Insert): Promise<void>;
  /** Runs DDL and mutations, in sequence with inserts. */
  execute(sql: string, parameters?: Parameters): Promise<void>;
  /**
   * Only for the embedded engine: runs `work` while nothing is inserted, changed or merged. `work` receives the folders
   * of all parts.
   */
  pauseWrites?<T>(work: (parts: readonly string[]) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The queries of a store. */
export type Queries = Pick<Store, 'query' | 'claimed'>;

/** The queries of a store as queries that yield to others, for the current client. See {@link forClient}. */
export function yielding(store: Store): Queries {
  return withOptions(store, { isYielding: true, isWanted: wantedNow() });
}

/**
 * The queries of a store as queries for the current client, which do not begin once it has left. Do not use it for
 * answers that are cached or shared with other clients.
 */
export function forCurrentClient(store: Store): Queries {
  return withOptions(store, { isWanted: wantedNow() });
}

function withOptions(store: Store, own: QueryOptions): Queries {
  return {
    claimed: store.claimed,
    query: (sql, parameters, options) => store.query(sql, parameters, { ...own, ...options }),
  };
}

/** Settings of a query. It pauses while a query with a smaller priority runs. */
export function turnSettings(options: QueryOptions | undefined): Readonly<Record<string, number>> {
  if (options?.isBackground === true) return { priority: 3, max_threads: 1 };
  return { priority: options?.isYielding === true ? 2 : 1 };
}
