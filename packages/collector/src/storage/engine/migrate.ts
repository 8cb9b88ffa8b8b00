import {
  addAliases,
  addColumn,
  addKeyColumn,
  compressAgain,
  compressesAgain,
  createTable,
  dropTable,
  emptyTable,
  onCluster,
  physicalName,
  TOKENS_KEPT,
} from './ddl.ts';
import {
  fillFormerMinuteTables,
  fillMeasure,
  fillQuarterTables,
  FORMER_ROLLUPS,
  splitClaimedSums,
} from './former/fill-former-rollups.ts';
import type { AnyRollup } from './former/fill-former-rollups.ts';
import {
  FORMER_MINUTE_TABLES,
  FORMER_NAMES,
  FORMER_USAGE_BY_QUARTER,
  HOUR_TABLES,
  isOfFormerTable,
} from './former/former-tables.ts';
import { MEASURES } from './measures.ts';
import type { CallMeasure } from './measures.ts';
import { ALERTING_TABLES } from './alerting-tables.ts';
import { COPIED_SINCE, copySpans } from './former/copy-spans.ts';
import type { SpansToCopy } from './former/copy-spans.ts';
import { version } from '../../runtime/version.ts';
import { fillMinuteTables, MINUTE_TABLES_SINCE } from './rollups.ts';
import { FIRST_TABLES, MINUTE_TABLES, TABLES, TOTALS_BY_QUARTER } from './schema.ts';
import { IDS_IN_COLUMNS } from './span-ids.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';
import { fillThreadEntries, THREAD_ENTRIES } from './thread-entries-table.ts';

/** A numbered change of the schema. Never edit a released one; add a new one at the end. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  statements(cluster: string | undefined): readonly string[];
  /**
   * Tables to empty first. Only with the embedded engine, because on a server another collector may already have
   * written to them.
   */
  readonly emptied?: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'the first tables',
    statements: (cluster) =>
      [...FIRST_TABLES, ...HOUR_TABLES].flatMap((table) => createTable(table, cluster)),
  },
  {
    number: 2,
    name: 'alerts, budgets and meter events',
    statements: (cluster) => [
      ...[...FORMER_MINUTE_TABLES, ...ALERTING_TABLES].flatMap((table) => createTable(table, cluster)),
      ...fillFormerMinuteTables(),
    ],
  },
  {
    number: 3,
    name: 'the cost that a span states, beside the cost of its call',
    statements: (cluster) =>
      ['calls', 'calls_unattributed'].flatMap((table) => addColumn(table, 'stated_cost', cluster)),
  },
  {
    number: 4,
    name: 'sums by the quarter of an hour',
    statements: (cluster) => [
      ...[FORMER_USAGE_BY_QUARTER, TOTALS_BY_QUARTER].flatMap((table) => createTable(table, cluster)),
      ...fillQuarterTables(['usage_hour', 'totals_hour'].flatMap((table) => emptyTable(table, cluster))),
    ],
  },
  {
    number: 5,
    name: 'messages and feedback of threads',
    statements: (cluster) => [...createTable(THREAD_ENTRIES, cluster), fillThreadEntries()],
  },
  {
    number: 6,
    name: 'sums of claimed calls apart from those of verified ones',
    statements: (cluster) => [
      ...FORMER_ROLLUPS.flatMap((table) => addKeyColumn(table, 'user_claimed', cluster)),
      ...splitClaimedSums(),
    ],
  },
  {
    number: 7,
    name: 'the time until the first chunk of an answer',
    statements: (cluster) =>
      ['calls', 'calls_unattributed'].flatMap((table) => addColumn(table, 'first_chunk_ns', cluster)),
  },
  {
    number: 8,
    name: 'sums of calls whose tokens are estimated',
    statements: (cluster) => addMeasure('estimated', FORMER_ROLLUPS, cluster),
  },
  {
    number: 9,
    name: 'who says that two ids are one person',
    statements: (cluster) => addColumn('aliases', 'rule', cluster),
  },
  {
    number: 10,
    name: 'less room for costs, usage and times',
    statements: (cluster) => [
      ...['calls', 'calls_unattributed'].flatMap((table) => addColumn(table, 'same_cost', cluster)),
      ...['usage_minute', 'totals_minute'].map((table) => compressAgain(table, ['minute'], cluster)),
      ...['usage_quarter', 'totals_quarter'].map((table) => compressAgain(table, ['quarter'], cluster)),
      compressAgain('usage_changes', ['user_id'], cluster),
    ],
  },
  {
    number: MINUTE_TABLES_SINCE,
    name: 'sums of users by the minute and by the quarter of an hour in one table',
    emptied: MINUTE_TABLES.map(({ name }) => name),
    statements: (cluster) => [
      ...MINUTE_TABLES.flatMap((table) => createTable(table, cluster)),
      ...fillMinuteTables(),
    ],
  },
  {
    // A separate migration, because the previous one needs these tables if it is repeated after a crash.
    number: 12,
    name: 'tables whose sums others have are removed',
    statements: (cluster) => [...FORMER_NAMES].flatMap((table) => dropTable(table, cluster)),
  },
  {
    number: 13,
    name: 'less room for costs, names and profiles',
    statements: (cluster) =>
      Object.entries(COMPRESSED_AGAIN).map(([table, columns]) => compressAgain(table, columns, cluster)),
  },
  {
    // Attributes without ids that a column of the span has: older versions would read the ids wrongly.
    number: 14,
    name: 'ids of users and threads once for each span',
    statements: (cluster) => [compressAgain('threads', MEASURES, cluster)],
  },
  {
    // Older versions would read attributes without their numbers and ids.
    number: 15,
    name: 'attributes of users, numbers and ids in columns of their own',
    statements: (cluster) => [
      ...['user_attributes', 'attribute_numbers', 'attribute_ids'].flatMap((column) =>
        addColumn('spans', column, cluster),
      ),
      ...['calls', 'calls_unattributed'].map((table) => compressAgain(table, ['response_id'], cluster)),
    ],
  },
  {
    // Older versions would look for the columns of the ids, which new tables do not store.
    number: COPIED_SINCE,
    name: 'ids of a span and of its parent in one column',
    statements: (cluster) => addAliases('spans', IDS_IN_COLUMNS, cluster),
  },
];

/** Columns whose compression the thirteenth migration changes. */
const COMPRESSED_AGAIN: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['calls', 'calls_unattributed'].map((table) => [
      table,
      ['model', 'request_model', 'service', 'name', 'cost', 'cost_at_call'],
    ]),
  ),
  spans: ['name', 'service', 'scope'],
  usage_day: ['cost'],
  usage_by_minute: ['cost'],
  totals_by_minute: ['cost'],
  totals_quarter: ['cost'],
  threads: ['user_id', 'thread_id', 'cost'],
  profiles: ['user_id', 'first_ns', 'last_ns', 'name', 'email', 'avatar', 'group', 'props'],
};

/** Adds a measure to the roll-ups of an older store and fills it from the stored calls. */
function addMeasure(
  measure: CallMeasure,
  tables: readonly AnyRollup[],
  cluster: string | undefined,
): readonly string[] {
  return [...tables.flatMap((table) => addColumn(table, measure, cluster)), ...fillMeasure(measure, tables)];
}

/** As for other tables: rows survive a power failure. */
const DURABLE =
  'fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1';

/**
 * The statement that creates the table of migrations, the first of all. On a cluster it is replicated, so that every
 * node returns the same.
 */
function createMigrations(cluster: string | undefined): string {
  const columns = 'number UInt32, name String, at DateTime DEFAULT now()';
  return cluster === undefined
    ? `CREATE TABLE IF NOT EXISTS migrations (${columns}) ENGINE = ReplacingMergeTree ORDER BY number SETTINGS ${DURABLE}`
    : `CREATE TABLE IF NOT EXISTS migrations${onCluster(cluster)} (${columns}) ` +
        // One path for all shards, because replicas of two shards may have the same name.
        "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{database}/{table}', '{shard}-{replica}') ORDER BY number";
}

/** Observes the migration of a store. */
export interface MigrateOptions {
  readonly migrations?: readonly Migration[];
  /** Location of the store for messages. */
  readonly place?: string;
  /** Called before the first change of a store that is not new. */
  readonly onBegin?: () => Promise<void>;
  /** Called before the spans of an embedded store are copied, or left because the disk has no room. */
  readonly onCopy?: (copy: SpansToCopy) => void;
}

/**
 * Migrates the schema to this version and returns the numbers of the migrations that ran.
 *
 * Refuses a store that a newer version has changed. Two collectors may run this at the same time, because every
 * statement can be repeated.
 */
export async function migrate(
  store: Store,
  { migrations = MIGRATIONS, place, onBegin, onCopy }: MigrateOptions = {},
): Promise<readonly number[]> {
  await store.execute(createMigrations(store.cluster));
  const rows = await store.query<{ number: number; name: string }>(
    'SELECT number, any(name) AS name FROM migrations GROUP BY number ORDER BY number',
  );
  await refuseNewer(rows, migrations, place);
  const done = new Set(rows.map(({ number }) => number));
  const ran: number[] = [];
  if (done.size > 0 && migrations.some(({ number }) => !done.has(number))) await onBegin?.();
  // In stores of the first versions, the table lacks this setting. Nothing is written unless needed, because the disk
  // may be full.
  if (store.kind === 'chdb' && !(await isDurable(store))) {
    await store.execute(`ALTER TABLE migrations MODIFY SETTING ${DURABLE}`);
  }
  const isNew = done.size === 0 && !(await hasSpansTable(store));
  for (const migration of migrations) {
    if (done.has(migration.number)) continue;
    await runMigration(store, migration, isNew);
    ran.push(migration.number);
  }
  if (store.kind === 'chdb') {
    if (migrations.some(({ number }) => number === COPIED_SINCE)) {
      await copySpans(store, async (copy) => {
        // Not called above if an earlier start had no room for the copy.
        if (ran.length === 0 && copy.hasRoom) await onBegin?.();
        onCopy?.(copy);
      });
    }
    await addSetting(store, RARELY_MERGED, RARELY);
    for (const setting of MERGED_BY_ROW) await addSetting(store, CALL_TABLES, setting);
  }
  await addSetting(store, MERGED_BY_AGE, MERGE_AGE);
  if (store.cluster !== undefined) {
    await addSetting(
      store,
      TABLES.map(({ name }) => name),
      TOKENS_KEPT,
    );
  }
  return ran;
}

/** Throws if the store has a migration that this version does not know. */
async function refuseNewer(
  rows: readonly { readonly number: number; readonly name: string }[],
  migrations: readonly Migration[],
  place: string | undefined,
): Promise<void> {
  const known = new Map(migrations.map((migration) => [migration.number, migration.name]));
  const newer = rows.find(({ number, name }) => known.get(number) !== name);
  if (newer === undefined) return;
  throw new StoreError(
    `The store${place === undefined ? '' : ` at ${place}`} has migration ${newer.number} ("${newer.name}"), made by a newer userspan; ` +
      `this version (${await version()}) knows migrations up to ${migrations.at(-1)?.number ?? 0}. Nothing was changed. ` +
      'Start the version that wrote it or a newer one, or restore a backup that was taken before the upgrade.',
  );
}

async function runMigration(store: Store, migration: Migration, isNewStore: boolean): Promise<void> {
  const statements = migration.statements(store.cluster);
  // Skips statements that fill tables from others. In a new store these are empty, and skipping them halves the time.
  const needed = isNewStore
    ? statements.filter(
        (each) => !each.startsWith('INSERT INTO') && !compressesAgain(each) && !isOfFormerTable(each),
      )
    : statements;
  const emptied = store.kind === 'chdb' && !isNewStore ? (migration.emptied ?? []) : [];
  for (const table of emptied) await store.execute(`TRUNCATE TABLE IF EXISTS ${table}`);
  for (const statement of needed) await store.execute(statement);
  await store.execute('INSERT INTO migrations (number, name) SELECT {number:UInt32}, {name:String}', {
    number: migration.number,
    name: migration.name,
  });
}

/** Tables that lists of users do not read. They may have twice as many parts, which saves a third of the merge work. */
const RARELY_MERGED = ['spans', 'calls', 'calls_unattributed'];
/** The engine's default is 5. Servers of the oldest supported version do not have this setting. */
const RARELY = 'merge_selector_base = 10';

const CALL_TABLES = ['calls', 'calls_unattributed'];
/**
 * Merges of fresh parts write a call as a whole. One column after the other, the engine's default from 131,072 rows,
 * takes 1.5 times as long for ten parts of 30,000 calls, because each row comes from another part. Such a merge takes
 * 60 MB of memory with these blocks, and 200 MB with the engine's default of a megabyte. Larger merges still go by column.
 */
const MERGED_BY_ROW = [
  'vertical_merge_algorithm_min_rows_to_activate = 500000',
  'max_compress_block_size = 131072',
];

/**
 * Tables with one row per user or thread once their parts are merged; until then each part repeats it. The engine merges
 * parts of this age, however large they are: ten million rows take seconds.
 */
const MERGED_BY_AGE = ['profiles', 'threads'];
const MERGE_AGE = 'min_age_to_force_merge_seconds = 7200';

/** Adds a setting to existing tables. */
async function addSetting(store: Store, names: readonly string[], setting: string): Promise<void> {
  const { cluster } = store;
  const tables = await store.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}
     AND position(engine_full, {setting:String}) = 0`,
    { names: names.map((name) => physicalName(name, cluster)), setting },
  );
  for (const { name } of tables) {
    await store.execute(`ALTER TABLE ${name}${onCluster(cluster)} MODIFY SETTING ${setting}`);
  }
}

async function isDurable(store: Store): Promise<boolean> {
  const [table] = await store.query<{ engine_full: string }>(
    "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'migrations'",
  );
  return DURABLE.split(', ').every((setting) => table?.engine_full.includes(setting) === true);
}

async function hasSpansTable(store: Store): Promise<boolean> {
  const tables = await store.query(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'spans'",
  );
  return tables.length > 0;
}
