import { ALERTING_TABLES } from './alerting-tables.ts';
import { MEASURES } from './measures.ts';
import { ID_IN_IDS, IDS_IN_COLUMNS, IDS_TOGETHER } from './span-ids.ts';
import type { Table } from './table.ts';
import { THREAD_ENTRIES } from './thread-entries-table.ts';

const TEXT = 'String CODEC(ZSTD(3))';
/** For columns of the sorting key, whose neighboring values are similar. */
export const TEXT_OF_KEY = 'String CODEC(ZSTD(1))';
/** Random characters, in which a higher level finds repetitions that take more space than they save. */
const RANDOM_TEXT = 'String CODEC(ZSTD(1))';
const WORD = 'LowCardinality(String)';
const USD = 'Decimal(38, 18)';
const RECEIVED = 'UInt32 CODEC(ZSTD(1))';
const FLAG = 'UInt8 CODEC(ZSTD(1))';
/** A word in tables that are rarely read. */
const RARE_WORD = `${WORD} CODEC(ZSTD(1))`;
/**
 * The cost of a call. Prices have few digits, so costs in a block have a large common divisor, and GCD halves the
 * space.
 */
const COST_OF_CALL = `Nullable(${USD}) CODEC(GCD, ZSTD(1))`;
/** Starts of minutes and quarters of an hour, which share their high bits with neighboring values. */
export const SECOND = 'UInt32 CODEC(T64, ZSTD(1))';

/** By server time, so that a sender with a wrong clock cannot create partitions. */
const BY_MONTH = "toYYYYMM(toDateTime(received, 'UTC'))";

/** Columns of the measures: `LZ4` in tables that pages read, `ZSTD(1)` in tables that are rarely read. */
function measures(codec: 'LZ4' | 'ZSTD(1)'): Readonly<Record<string, string>> {
  const typeOf = (measure: string): string =>
    measure === 'cost'
      ? `SimpleAggregateFunction(sum, ${USD}) CODEC(GCD, ${codec})`
      : `SimpleAggregateFunction(sum, Int64) CODEC(T64, ${codec})`;
  return Object.fromEntries(MEASURES.map((measure) => [measure, typeOf(measure)]));
}

/**
 * Settings for small granules and blocks. A page reads fifty users from fifty granules, which is four times as fast
 * with small ones.
 */
export const SMALL_PLACES: Readonly<Record<string, number>> = {
  index_granularity: 256,
  min_compress_block_size: 8192,
  max_compress_block_size: 65_536,
};

const DIMENSIONS = {
  provider: WORD,
  model: WORD,
  service: WORD,
  operation: WORD,
  scope: WORD,
  tags: `Array(${WORD})`,
} as const;

/** A user's key of eight bytes, by which lists are ranked. Figures are always summed by the id itself. */
export const USER_KEY = 'UInt64 DEFAULT cityHash64(user_id) CODEC(ZSTD(1))';
/** The same key, computed on reading. Used for minutes, of which only a few at the ends of a range are read. */
export const USER_KEY_WHEN_READ = 'UInt64 ALIAS cityHash64(user_id)';

/** 1 if the calls of a row are claimed: sent with a browser key, or for a user that only a browser names. */
const CLAIMED_COLUMN = { user_claimed: 'UInt8' } as const;

export const DIMENSION_KEYS: readonly string[] = [...Object.keys(DIMENSIONS), ...Object.keys(CLAIMED_COLUMN)];

const CALL_COLUMNS = {
  project: WORD,
  user_id: TEXT,
  start_ns: 'Int64 CODEC(Delta, ZSTD(1))',
  trace_id: 'UUID',
  span_id: 'UInt64',
  parent_span_id: 'UInt64',
  duration_ns: 'Int64 CODEC(ZSTD(1))',
  /** A higher version of the same key replaces a lower one. */
  version: 'UInt64 CODEC(ZSTD(1))',
  deleted: FLAG,
  received: RECEIVED,
  collector: WORD,
  attributed_by: WORD,
  user_claimed: FLAG,
  provider: WORD,
  model: RARE_WORD,
  request_model: RARE_WORD,
  operation: WORD,
  service: RARE_WORD,
  scope: WORD,
  name: RARE_WORD,
  thread_id: TEXT,
  tags: `Array(${WORD})`,
  response_id: RANDOM_TEXT,
  input_tokens: 'Int64 CODEC(T64, ZSTD(1))',
  output_tokens: 'Int64 CODEC(T64, ZSTD(1))',
  cached_tokens: 'Int64 CODEC(T64, ZSTD(1))',
  reasoning_tokens: 'Int64 CODEC(T64, ZSTD(1))',
  /** JSON. Numbers that are also in one of the columns above are abbreviated, see `shortUsage`. */
  usage: TEXT,
  estimated: FLAG,
  cost: COST_OF_CALL,
  /** Cost at intake; `cost` is the cost after the last repricing. See `same_cost`. */
  cost_at_call: COST_OF_CALL,
  cost_source: WORD,
  cost_as_of: WORD,
  unpriced: WORD,
  service_tier: WORD,
  request_tier: WORD,
  base_url: WORD,
  error: WORD,
  /** The cost that the span states, as JSON; empty if none. Needed for repricing. */
  stated_cost: TEXT,
  /** Nanoseconds until the first chunk of a streamed answer; 0 if unknown. */
  first_chunk_ns: 'Int64 CODEC(T64, ZSTD(1))',
  /** 1 if the cost at intake equals `cost`; `cost_at_call` is then empty. */
  same_cost: FLAG,
} as const;

/** When the engine received the row, in seconds. */
const INSERTED = 'UInt32 DEFAULT toUnixTimestamp(now()) CODEC(ZSTD(1))';

const CALLS_SETTINGS = { index_granularity: 2048 };

/** Tables of the first version, in the order of their creation. */
export const FIRST_TABLES: readonly Table[] = [
  {
    name: 'spans',
    columns: {
      project: WORD,
      trace_id: 'UUID CODEC(ZSTD(1))',
      span_id: 'UInt64',
      parent_span_id: 'UInt64 CODEC(ZSTD(1))',
      name: RARE_WORD,
      kind: FLAG,
      start_ns: 'Int64 CODEC(Delta, ZSTD(1))',
      duration_ns: 'Int64 CODEC(ZSTD(1))',
      status: FLAG,
      status_message: TEXT,
      service: RARE_WORD,
      scope: RARE_WORD,
      scope_version: WORD,
      /** The user that the span itself names, otherwise the one in its resource. */
      user_id: TEXT,
      user_claimed: FLAG,
      thread_id: TEXT,
      /** 1 if the span is or may be a call. */
      is_call: FLAG,
      /** JSON without the parts that other columns have, see `divideAttributes`. Read one trace at a time. */
      attributes: 'String CODEC(ZSTD(6))',
      events: TEXT,
      resource: TEXT,
      received: RECEIVED,
      collector: WORD,
      user_attributes: 'String CODEC(ZSTD(6))',
      attribute_numbers: 'Array(Int64) CODEC(T64, ZSTD(1))',
      attribute_ids: RANDOM_TEXT,
    },
    ephemeral: ['span_id', 'parent_span_id'],
    // Spans are inserted last of a write batch, so a span in this table has all of its other rows.
    filled: {
      inserted: INSERTED,
      ...IDS_TOGETHER,
    },
    merge: 'replace',
    // Includes the collector, so that reconciliation can see that two collectors received the same span, even after a
    // merge.
    orderBy: ['project', 'trace_id', ID_IN_IDS, 'collector'],
    // The columns of older versions, because a distributed table may not pass on columns that are not stored.
    onCluster: {
      ephemeral: [],
      filled: { inserted: INSERTED, ...IDS_IN_COLUMNS },
      orderBy: ['project', 'trace_id', 'span_id', 'collector'],
    },
    partitionBy: BY_MONTH,
    shardBy: 'cityHash64(project, trace_id)',
    settings: { index_granularity: 2048 },
  },
  {
    name: 'calls',
    columns: CALL_COLUMNS,
    merge: 'replace',
    version: 'version, deleted',
    orderBy: ['project', 'user_id', 'start_ns', 'trace_id', 'span_id'],
    partitionBy: BY_MONTH,
    indexes: [
      'INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4',
      'INDEX by_thread thread_id TYPE bloom_filter(0.01) GRANULARITY 4',
      'INDEX by_start start_ns TYPE minmax GRANULARITY 1',
      'INDEX by_unpriced unpriced TYPE set(4) GRANULARITY 1',
    ],
    shardBy: 'cityHash64(project, user_id)',
    settings: CALLS_SETTINGS,
  },
  {
    // Calls whose user is not known (yet).
    name: 'calls_unattributed',
    columns: CALL_COLUMNS,
    merge: 'replace',
    version: 'version, deleted',
    orderBy: ['project', 'trace_id', 'span_id'],
    partitionBy: BY_MONTH,
    indexes: [
      'INDEX by_start start_ns TYPE minmax GRANULARITY 1',
      'INDEX by_unpriced unpriced TYPE set(4) GRANULARITY 1',
    ],
    shardBy: 'cityHash64(project, trace_id)',
    settings: CALLS_SETTINGS,
  },
  {
    // Messages of calls from log records, one row per record.
    name: 'contents',
    columns: {
      project: WORD,
      trace_id: 'UUID',
      span_id: 'UInt64',
      at_ns: 'Int64 CODEC(Delta, ZSTD(1))',
      hash: 'String',
      attributes: TEXT,
      received: RECEIVED,
    },
    merge: 'replace',
    orderBy: ['project', 'trace_id', 'span_id', 'at_ns', 'hash'],
    partitionBy: BY_MONTH,
    shardBy: 'cityHash64(project, trace_id)',
    settings: { index_granularity: 2048 },
  },
  {
    // Linked traces: both have records of one request and are attributed together. One row for each direction.
    name: 'trace_links',
    columns: { project: WORD, trace_id: 'UUID', linked_id: 'UUID', received: RECEIVED },
    merge: 'replace',
    orderBy: ['project', 'trace_id', 'linked_id'],
    partitionBy: BY_MONTH,
    shardBy: 'cityHash64(project, trace_id)',
  },
  {
    ...rollup('usage_day', { day: 'UInt16', user_id: TEXT_OF_KEY }, 'cityHash64(project, user_id)', 'LZ4'),
    filled: { user_key: USER_KEY },
    // A user's days are adjacent, sorted by the key by which lists are ranked.
    orderBy: ['project', 'user_key', 'user_id', 'day', ...DIMENSION_KEYS],
    primaryKey: ['project', 'user_key', 'user_id'],
    settings: SMALL_PLACES,
  },
  {
    name: 'threads',
    columns: {
      project: WORD,
      user_id: TEXT_OF_KEY,
      thread_id: TEXT_OF_KEY,
      first_ns: 'SimpleAggregateFunction(min, Int64) CODEC(T64, LZ4)',
      last_ns: 'SimpleAggregateFunction(max, Int64) CODEC(T64, LZ4)',
      ...CLAIMED_COLUMN,
      ...measures('ZSTD(1)'),
    },
    merge: 'add',
    orderBy: ['project', 'user_id', 'thread_id', 'user_claimed'],
    indexes: ['INDEX by_thread thread_id TYPE bloom_filter(0.01) GRANULARITY 4'],
    shardBy: 'cityHash64(project, user_id)',
    settings: SMALL_PLACES,
  },
  {
    // A prop is stored as `<1 verified, 0 claimed><nanoseconds, 19 digits><JSON>`. The greatest string is the current
    // value, independent of the order of arrival and of repetition.
    name: 'profiles',
    columns: {
      project: WORD,
      user_id: TEXT_OF_KEY,
      first_ns: 'SimpleAggregateFunction(min, Int64) CODEC(ZSTD(1))',
      last_ns: 'SimpleAggregateFunction(max, Int64) CODEC(ZSTD(1))',
      verified: 'SimpleAggregateFunction(max, UInt8)',
      name: 'SimpleAggregateFunction(max, String) CODEC(ZSTD(1))',
      email: 'SimpleAggregateFunction(max, String) CODEC(ZSTD(1))',
      avatar: 'SimpleAggregateFunction(max, String) CODEC(ZSTD(1))',
      group: 'SimpleAggregateFunction(max, String) CODEC(ZSTD(1))',
      props: 'SimpleAggregateFunction(maxMap, Map(String, String)) CODEC(ZSTD(1))',
    },
    merge: 'add',
    orderBy: ['project', 'user_id'],
    shardBy: 'cityHash64(project, user_id)',
    settings: SMALL_PLACES,
  },
  keyed(
    'aliases',
    { alias_id: 'String' },
    { user_id: 'String', canonical: 'String', at_ms: 'Int64' },
    // Source of the alias, see AliasRule.
    { rule: WORD },
  ),
  // A hash, so that the tombstone does not keep the erased id.
  keyed('tombstones', { kind: WORD, hash: 'String' }, { at_ms: 'Int64' }),
  keyed('prices', { id: 'String' }, { price: 'String', at_ms: 'Int64' }),
  keyed('settings', { key: 'String' }, { value: 'String' }),
];

/** Usage of a project per quarter of an hour, of which every time zone's offset is a multiple. */
export const TOTALS_BY_QUARTER: Table =
  // Rows that are inserted again after a crash must go to the same shard.
  rollup('totals_quarter', { quarter: SECOND, attributed: 'UInt8' }, 'cityHash64(project, quarter, model)');

/**
 * Sums per minute: for the ends of ranges, because days depend on the time zone, and for windows of alerts.
 *
 * Sorted by time, because the usage at the ends of a range is read for all users at once.
 */
export const MINUTE_TABLES: readonly Table[] = [
  {
    ...rollup('usage_by_minute', { minute: SECOND, user_id: TEXT_OF_KEY }, 'cityHash64(project, user_id)'),
    filled: { user_key: USER_KEY_WHEN_READ },
    indexes: ['INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 1'],
  },
  rollup('totals_by_minute', { minute: SECOND, attributed: 'UInt8' }, 'cityHash64(project, minute, model)'),
];

/** The tables with the usage of users, by unit of time. */
export const USAGE_TABLES = { day: 'usage_day', minute: 'usage_by_minute' } as const;

/** The tables with the usage of projects, by unit of time. */
export const TOTALS_TABLES = { quarter: 'totals_quarter', minute: 'totals_by_minute' } as const;

/** Every table that this version reads and writes. */
export const TABLES: readonly Table[] = [
  ...FIRST_TABLES,
  TOTALS_BY_QUARTER,
  ...MINUTE_TABLES,
  THREAD_ENTRIES,
  ...ALERTING_TABLES,
];

/**
 * Creates a roll-up table. `minute`, `quarter` and `hour` are start times in seconds, `day` is in days, both since 1970
 * in UTC.
 */
export function rollup(
  name: string,
  key: Readonly<Record<string, string>>,
  shardBy: string,
  codec: 'LZ4' | 'ZSTD(1)' = 'ZSTD(1)',
): Table {
  return {
    name,
    columns: { project: WORD, ...key, ...DIMENSIONS, ...CLAIMED_COLUMN, ...measures(codec) },
    merge: 'add',
    orderBy: ['project', ...Object.keys(key), ...DIMENSION_KEYS],
    shardBy,
  };
}

function keyed(
  name: string,
  key: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
  /** Columns that migrations added. */
  added: Readonly<Record<string, string>> = {},
): Table {
  return {
    name,
    columns: { project: WORD, ...key, ...values, version: 'UInt64', deleted: 'UInt8', ...added },
    merge: 'replace',
    version: 'version, deleted',
    orderBy: ['project', ...Object.keys(key)],
    shardBy: 'cityHash64(project)',
  };
}

/** The table of that name. */
export function tableOf(name: string): Table {
  const table = TABLES.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`There is no table ${name}.`);
  return table;
}
