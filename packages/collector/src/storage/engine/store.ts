import type { ClaimedMode } from './claimed-mode.ts';

/** A value of a query parameter. */
export type Parameter = string | number | bigint | boolean | readonly string[] | readonly bigint[];

export type Parameters = Readonly<Record<string, Parameter>>;

/** One cell of an answer: 64-bit integers and decimals come as strings, so that no digit is lost. */
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell };

export type Row = Readonly<Record<string, Cell>>;

export interface QueryOptions {
  /** The engine stops after this many seconds. Default 60. */
  readonly maxSeconds?: number;
  /** Background work: one thread, which pauses while other queries run. */
  readonly isBackground?: boolean;
  /** The statement has settings and a format of its own: it is no `SELECT`. */
  readonly isRaw?: boolean;
}

/** Rows for one table, already serialized: what is inserted again after a crash is the same bytes. */
export interface Insert {
  readonly table: string;
  readonly columns: readonly string[];
  /** What the body is: rows of text come only from write batches of an older version. */
  readonly format: 'Native' | 'TabSeparated';
  readonly body: Buffer;
  /** Rows under a token that was seen before are dropped by the engine. */
  readonly token: string;
}

/** A deletion of rows, or a change in place: a statement that can be repeated. */
export interface Mutation {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** A ClickHouse engine: embedded (chDB) or a server. Same schema, same queries. */
export interface Store {
  readonly kind: 'chdb' | 'clickhouse';
  /** The cluster whose tables are replicated and distributed. */
  readonly cluster?: string;
  /** Which calls the sums of this collector count. */
  readonly claimed: ClaimedMode;
  /** How often something was written, of the embedded engine: nothing but this process writes to it. */
  readonly writes?: number;
  /** Reads. Values enter through `{name:Type}` placeholders only. */
  query<T extends object = Row>(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<T[]>;
  insert(insert: Insert): Promise<void>;
  /** DDL and mutations, one after the other with the inserts. */
  execute(sql: string, parameters?: Parameters): Promise<void>;
  /**
   * Of the embedded engine: runs `work` while nothing is inserted, changed or merged. It gets the folders of the parts that
   * the tables consist of.
   */
  pauseWrites?<T>(work: (parts: readonly string[]) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
