/** A table of the store: what a row is, what it is sorted by, and how doubles of it become one. */
export interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that the engine fills itself. */
  readonly filled?: Readonly<Record<string, string>>;
  /** Newest version of a key wins (`replace`), or its measures add up (`add`). */
  readonly merge: 'replace' | 'add';
  /** Arguments of the replacing engine. */
  readonly version?: string;
  readonly orderBy: readonly string[];
  /** What the index knows of it, where that is less: the first columns. */
  readonly primaryKey?: readonly string[];
  readonly partitionBy?: string;
  readonly indexes?: readonly string[];
  /** Rows that must meet on one shard share it. */
  readonly shardBy: string;
  readonly settings?: Readonly<Record<string, number>>;
  /** When a row may go. */
  readonly ttl?: string;
}
