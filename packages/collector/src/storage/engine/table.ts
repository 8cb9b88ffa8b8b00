/** A table of the store: its columns, its sorting key, and how rows with the same key are merged. */
export interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
  /** Those of the columns that are inserted but not stored, because others are computed from them. */
  readonly ephemeral?: readonly string[];
  /** Columns that the engine fills itself. */
  readonly filled?: Readonly<Record<string, string>>;
  /** `replace` keeps the newest version of a key; `add` sums its measures. */
  readonly merge: 'replace' | 'add';
  /** Arguments of the replacing engine. */
  readonly version?: string;
  /** Columns, or expressions of columns. */
  readonly orderBy: readonly string[];
  /** The primary key, if it has fewer columns than the sorting key. */
  readonly primaryKey?: readonly string[];
  readonly partitionBy?: string;
  readonly indexes?: readonly string[];
  /** Sharding key: rows with the same value are on the same shard. */
  readonly shardBy: string;
  readonly settings?: Readonly<Record<string, number>>;
  /** When a row may go. */
  readonly ttl?: string;
  /** What differs in the tables of a cluster. */
  readonly onCluster?: Partial<Table>;
}
