import type { Table } from './table.ts';

const WORD = 'LowCardinality(String)';
const JSON_TEXT = 'String CODEC(ZSTD(3))';
const USD = 'Decimal(38, 18)';

/** The columns that order the versions of a row and mark it as deleted. */
const VERSIONED = { version: 'UInt64', deleted: 'UInt8' } as const;
const NEWEST_WINS = {
  merge: 'replace',
  version: 'version, deleted',
  shardBy: 'cityHash64(project)',
} as const;

/** Tables of alerts, budgets, deliveries and meter events. */
export const ALERTING_TABLES: readonly Table[] = [
  {
    // The users whose figures a write batch changed. Readers remember which batches they have read.
    name: 'usage_changes',
    columns: { batch: 'String', project: WORD, user_id: 'String CODEC(ZSTD(1))' },
    filled: { inserted: 'UInt32 DEFAULT toUnixTimestamp(now())' },
    merge: 'replace',
    orderBy: ['inserted', 'batch', 'project', 'user_id'],
    shardBy: 'cityHash64(batch)',
    // Not synced: a reader that starts reads everything, so rows lost by a power cut are not missed.
    settings: { fsync_after_insert: 0, fsync_part_directory: 0 },
    ttl: 'toDateTime(inserted) + INTERVAL 1 DAY',
  },
  {
    // Rules, budgets, channels, silences and exporters, as JSON. Secrets have a kind of their own.
    name: 'alerting_configs',
    columns: { project: WORD, kind: WORD, id: 'String', value: JSON_TEXT, ...VERSIONED },
    orderBy: ['project', 'kind', 'id'],
    ...NEWEST_WINS,
  },
  {
    name: 'alert_states',
    columns: { project: WORD, rule_id: 'String', subject: 'String', value: JSON_TEXT, ...VERSIONED },
    orderBy: ['project', 'rule_id', 'subject'],
    ...NEWEST_WINS,
  },
  {
    // The outbox and the delivery log: pending messages, and the results of earlier ones.
    name: 'deliveries',
    columns: {
      project: WORD,
      id: 'String',
      channel_id: 'String',
      rule_id: 'String',
      subject: 'String',
      /** `pending`, `delivered`, `failed` or `dropped`. */
      state: WORD,
      created_ms: 'Int64',
      next_ms: 'Int64',
      value: JSON_TEXT,
      ...VERSIONED,
    },
    orderBy: ['project', 'id'],
    indexes: ['INDEX by_created created_ms TYPE minmax GRANULARITY 1'],
    ...NEWEST_WINS,
  },
  {
    // Events sent to a biller, one row for each. `quantity` is without mark-up, `amount` is the value in the event.
    name: 'meter_events',
    columns: {
      project: WORD,
      exporter_id: 'String',
      customer: 'String',
      day: 'UInt16',
      model: 'String',
      sequence: 'UInt32',
      identifier: 'String',
      quantity: USD,
      amount: USD,
      /** `pending` until the biller accepts it, then `sent`; `uncertain` if its state cannot be determined. */
      state: WORD,
      created_ms: 'Int64',
      value: JSON_TEXT,
      ...VERSIONED,
    },
    orderBy: ['project', 'exporter_id', 'customer', 'day', 'model', 'sequence'],
    ...NEWEST_WINS,
  },
  {
    // What customers pay: `kind` is `user` or `group`, `month` is 202611.
    name: 'revenue',
    columns: {
      project: WORD,
      kind: WORD,
      customer: 'String',
      month: 'UInt32',
      source: WORD,
      amount: USD,
      ...VERSIONED,
    },
    orderBy: ['project', 'kind', 'customer', 'month', 'source'],
    ...NEWEST_WINS,
  },
  {
    // Leases for work that only one collector may do. Every claim and every heartbeat is a row.
    name: 'leases',
    columns: { name: WORD, term: 'UInt64', holder: 'String', beat: 'UInt64' },
    merge: 'replace',
    version: 'beat',
    orderBy: ['name', 'term', 'holder'],
    shardBy: 'cityHash64(name)',
  },
];
