import { ALERTING_TABLES } from './alerting-tables.ts';
import { MEASURES } from './measures.ts';
import type { Table } from './table.ts';
import { THREAD_ENTRIES } from './thread-entries-table.ts';

const TEXT = 'String CODEC(ZSTD(3))';
/** Sorted by, so that its neighbors are much like it. */
export const TEXT_OF_KEY = 'String CODEC(ZSTD(1))';
const WORD = 'LowCardinality(String)';
const USD = 'Decimal(38, 18)';
const RECEIVED = 'UInt32 CODEC(ZSTD(1))';
const FLAG = 'UInt8 CODEC(ZSTD(1))';
/** A word in tables of which no page reads much. */
const RARE_WORD = `${WORD} CODEC(ZSTD(1))`;
/** What a call cost. Prices have few digits, so that a block of costs has a large common divisor: half of the room. */
const COST_OF_CALL = `Nullable(${USD}) CODEC(GCD, ZSTD(1))`;
/** Beginnings of minutes and of quarters of an hour: the high bits are those of the neighbors. */
export const SECOND = 'UInt32 CODEC(T64, ZSTD(1))';

/** By server time: a sender with a wrong clock cannot make partitions. */
const BY_MONTH = "toYYYYMM(toDateTime(received, 'UTC'))";

/** Columns of the measures: `LZ4` where pages read them, `ZSTD(1)` where they are read now and then. */
function measures(codec: 'LZ4' | 'ZSTD(1)'): Readonly<Record<string, string>> {
  const typeOf = (measure: string): string =>
    measure === 'cost'
      ? `SimpleAggregateFunction(sum, ${USD}) CODEC(GCD, ${codec})`
      : `SimpleAggregateFunction(sum, Int64) CODEC(T64, ${codec})`;
  return Object.fromEntries(MEASURES.map((measure) => [measure, typeOf(measure)]));
}

/** A page reads fifty users from fifty granules: small granules, in small blocks, are read four times as fast. */
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

/** Eight bytes for a user: what lists are ranked by. Figures are always added up by the id itself. */
export const USER_KEY = 'UInt64 DEFAULT cityHash64(user_id) CODEC(ZSTD(1))';
/** The minutes at the ends of a range are few: there it is made when it is read. */
export const USER_KEY_WHEN_READ = 'UInt64 ALIAS cityHash64(user_id)';

/** 1 where the calls of a row are claimed: sent with a browser key, or for a user whom only a browser names. */
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
  /** A higher version of the same key takes the place of a lower one. */
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
  response_id: TEXT,
  input_tokens: 'Int64 CODEC(T64, ZSTD(1))',
  output_tokens: 'Int64 CODEC(T64, ZSTD(1))',
  cached_tokens: 'Int64 CODEC(T64, ZSTD(1))',
  reasoning_tokens: 'Int64 CODEC(T64, ZSTD(1))',
  /** JSON; a number that one of the columns above has is written as in `shortUsage`. */
  usage: TEXT,
  estimated: FLAG,
  cost: COST_OF_CALL,
  /** What the call cost when it came in; `cost` is what it costs by the prices of the last repricing. See `same_cost`. */
  cost_at_call: COST_OF_CALL,
  cost_source: WORD,
  cost_as_of: WORD,
  unpriced: WORD,
  service_tier: WORD,
  request_tier: WORD,
  base_url: WORD,
  error: WORD,
  /** What the span itself states about its cost, as JSON; empty where it states nothing. A repricing weighs it again. */
  stated_cost: TEXT,
  /** Until the first chunk of a streamed answer; 0 where that is not known. */
  first_chunk_ns: 'Int64 CODEC(T64, ZSTD(1))',
  /** 1 where `cost` is what the call cost when it came in, too: nothing stands in `cost_at_call` then. */
  same_cost: FLAG,
} as const;

const CALLS_SETTINGS = { index_granularity: 2048 };

/** Tables that every store has had from the first version on, in the order in which they are made. */
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
      /** The user that the span names itself, else the one of its resource. */
      user_id: TEXT,
      user_claimed: FLAG,
      thread_id: TEXT,
      /** 1 where the span is a call, or may be one. */
      is_call: FLAG,
      // The largest column of the store; read a trace at a time.
      attributes: 'String CODEC(ZSTD(6))',
      events: TEXT,
      resource: TEXT,
      received: RECEIVED,
      collector: WORD,
    },
    // When the engine got it, in seconds. Spans are the last rows of a write batch to be inserted: a span that is here has
    // all of its other rows.
    filled: { inserted: 'UInt32 DEFAULT toUnixTimestamp(now()) CODEC(ZSTD(1))' },
    merge: 'replace',
    // With the collector, so that no merge hides from reconciliation that two of them received the same span.
    orderBy: ['project', 'trace_id', 'span_id', 'collector'],
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
    // Calls wait here until their user is known.
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
    // Messages of calls that came as log records: one row a record.
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
    // Linked traces: both have records of one request, and are attributed together. One row each way.
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
    // A user's days lie together, by the key that lists are ranked by.
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
      ...measures('LZ4'),
    },
    merge: 'add',
    orderBy: ['project', 'user_id', 'thread_id', 'user_claimed'],
    indexes: ['INDEX by_thread thread_id TYPE bloom_filter(0.01) GRANULARITY 4'],
    shardBy: 'cityHash64(project, user_id)',
    settings: SMALL_PLACES,
  },
  {
    // A prop is written as `<1 verified, 0 claimed><nanoseconds, 19 digits><JSON>`: the greatest text is the value
    // that counts, whatever the order of arrival and however often it is written.
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
    // What stated the alias: see AliasRule.
    { rule: WORD },
  ),
  // A hash, so that what is erased is not kept by the note that it was.
  keyed('tombstones', { kind: WORD, hash: 'String' }, { at_ms: 'Int64' }),
  keyed('prices', { id: 'String' }, { price: 'String', at_ms: 'Int64' }),
  keyed('settings', { key: 'String' }, { value: 'String' }),
];

/** What a project used, by the quarter of an hour: the offset of every time zone is a multiple of it. */
export const TOTALS_BY_QUARTER: Table =
  // What is inserted again after a crash must go to the shard that it went to before.
  rollup('totals_quarter', { quarter: SECOND, attributed: 'UInt8' }, 'cityHash64(project, quarter, model)');

/**
 * Figures by the minute, for the ends of ranges, which are the days of every time zone, and for windows of alerts.
 *
 * Sorted by time, as the usage at the ends of a range is read for all users at once.
 */
export const MINUTE_TABLES: readonly Table[] = [
  {
    ...rollup('usage_by_minute', { minute: SECOND, user_id: TEXT_OF_KEY }, 'cityHash64(project, user_id)'),
    filled: { user_key: USER_KEY_WHEN_READ },
    indexes: ['INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 1'],
  },
  rollup('totals_by_minute', { minute: SECOND, attributed: 'UInt8' }, 'cityHash64(project, minute, model)'),
];

/** The tables with the usage of users, by the unit that they count time in. */
export const USAGE_TABLES = { day: 'usage_day', minute: 'usage_by_minute' } as const;

/** Those with the usage of projects. */
export const TOTALS_TABLES = { quarter: 'totals_quarter', minute: 'totals_by_minute' } as const;

/** Every table that this version reads and writes. */
export const TABLES: readonly Table[] = [
  ...FIRST_TABLES,
  TOTALS_BY_QUARTER,
  ...MINUTE_TABLES,
  THREAD_ENTRIES,
  ...ALERTING_TABLES,
];

/** `minute`, `quarter` and `hour` are the second in which it begins, `day` the number of the day, both since 1970 and in UTC. */
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
  /** Values that migrations added. */
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
