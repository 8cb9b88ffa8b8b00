import { tableOfAnyVersion } from './former/former-tables.ts';
import type { Table } from './table.ts';

/** Number of remembered tokens: far more than the batches that can be inserted again after a crash. */
const DEDUPLICATION_WINDOW = 1000;
/**
 * How long tokens are remembered, because a collector may be down for weeks before it inserts a batch again. The
 * default of newer servers is an hour.
 */
export const TOKENS_KEPT = `replicated_deduplication_window_seconds = ${30 * 86_400}`;

function engineOf(table: Table, isReplicated: boolean): string {
  const engine = table.merge === 'replace' ? 'ReplacingMergeTree' : 'AggregatingMergeTree';
  const version = table.version ?? '';
  if (!isReplicated) return `${engine}(${version})`;
  const path = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";
  return `Replicated${engine}(${version === '' ? path : `${path}, ${version}`})`;
}

function settingsOf(table: Table, isReplicated: boolean): string {
  const settings: Record<string, number> = {
    ...(isReplicated ? {} : { non_replicated_deduplication_window: DEDUPLICATION_WINDOW }),
    ...(isReplicated ? { replicated_deduplication_window: DEDUPLICATION_WINDOW } : {}),
    // The WAL deletes spans once they are stored, so the store has to keep them through a power failure.
    fsync_after_insert: 1,
    fsync_part_directory: 1,
    min_compressed_bytes_to_fsync_after_merge: 1,
    old_parts_lifetime: 60,
    ...table.settings,
  };
  const all = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return [...all, ...(isReplicated ? [TOKENS_KEPT] : [])].join(', ');
}

/** The table that contains the rows, which mutations must name. */
export function physicalName(table: string, cluster: string | undefined): string {
  return cluster === undefined ? table : `${table}_local`;
}

/** `ON CLUSTER name`; empty without a cluster. */
export function onCluster(cluster: string | undefined): string {
  return cluster === undefined ? '' : ` ON CLUSTER ${quoteName(cluster)}`;
}

export function quoteName(name: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(name)) throw new TypeError(`Not a name: ${JSON.stringify(name)}`);
  return `\`${name}\``;
}

/** Columns and expressions, separated by commas. */
function columnsOf(names: readonly string[]): string {
  return names.map((name) => (/^\w+$/.test(name) ? `\`${name}\`` : name)).join(', ');
}

/** The type of a column without its codec. */
export function withoutCodec(type: string): string {
  return type.replace(/ CODEC\(.*$/, '');
}

/** Statements that add a column of the current schema as the last one to a table of an older store. */
export function addColumn(name: string, column: string, cluster?: string): string[] {
  const type = tableOfAnyVersion(name).columns[column];
  if (type === undefined) throw new TypeError(`The schema has no column ${name}.${column}.`);
  // The distributed table has no codecs.
  const faces = cluster === undefined ? [] : [[name, withoutCodec(type)]];
  return [[physicalName(name, cluster), type], ...faces].map(
    ([table, columnType]) =>
      `ALTER TABLE ${table}${onCluster(cluster)} ADD COLUMN IF NOT EXISTS \`${column}\` ${columnType}`,
  );
}

/** Statements that add names for the value of an expression to a table of an older store. */
export function addAliases(
  name: string,
  aliases: Readonly<Record<string, string>>,
  cluster?: string,
): string[] {
  const added = Object.entries(aliases).map(
    ([alias, type]) => `ADD COLUMN IF NOT EXISTS \`${alias}\` ${type}`,
  );
  const tables = cluster === undefined ? [name] : [physicalName(name, cluster), name];
  return tables.map((table) => `ALTER TABLE ${table}${onCluster(cluster)} ${added.join(', ')}`);
}

/**
 * The statement that gives columns of an older store's table the compression of the current schema. Applies to new
 * rows.
 */
export function compressAgain(name: string, columns: readonly string[], cluster?: string): string {
  const changes = columns.map((column) => {
    const type = tableOfAnyVersion(name).columns[column];
    if (type === undefined) throw new TypeError(`The schema has no column ${name}.${column}.`);
    return `MODIFY COLUMN \`${column}\` ${type}`;
  });
  return `ALTER TABLE ${physicalName(name, cluster)}${onCluster(cluster)} ${changes.join(', ')}`;
}

/** Whether a statement comes from {@link compressAgain}. New tables do not need it. */
export function compressesAgain(statement: string): boolean {
  return statement.startsWith('ALTER TABLE ') && statement.includes(' MODIFY COLUMN ');
}

/**
 * {@link addColumn} for a column that becomes the last one of the sorting key. The engine can add a column to the key
 * only in the statement that adds the column.
 */
export function addKeyColumn(name: string, column: string, cluster?: string): string[] {
  const physical = physicalName(name, cluster);
  return addColumn(name, column, cluster).map((statement) =>
    statement.startsWith(`ALTER TABLE ${physical}${onCluster(cluster)} `)
      ? `${statement}, MODIFY ORDER BY (${columnsOf(tableOfAnyVersion(name).orderBy)})`
      : statement,
  );
}

/** Statements that create a table: a single one, or a replicated table and its distributed table. */
export function createTable(described: Table, cluster?: string): string[] {
  const table = cluster === undefined ? described : { ...described, ...described.onCluster };
  const columns = Object.entries({ ...table.columns, ...table.filled }).map(
    ([name, type]) =>
      `  \`${name}\` ${table.ephemeral?.includes(name) === true ? `${withoutCodec(type)} EPHEMERAL` : type}`,
  );
  const body = [...columns, ...(table.indexes ?? []).map((index) => `  ${index}`)].join(',\n');
  const isReplicated = cluster !== undefined;
  const physical = physicalName(table.name, cluster);
  const statements = [
    `CREATE TABLE IF NOT EXISTS ${physical}${onCluster(cluster)} (\n${body}\n)\n` +
      `ENGINE = ${engineOf(table, isReplicated)}\n` +
      (table.partitionBy === undefined ? '' : `PARTITION BY ${table.partitionBy}\n`) +
      `ORDER BY (${columnsOf(table.orderBy)})\n` +
      (table.primaryKey === undefined ? '' : `PRIMARY KEY (${columnsOf(table.primaryKey)})\n`) +
      (table.ttl === undefined ? '' : `TTL ${table.ttl}\n`) +
      `SETTINGS ${settingsOf(table, isReplicated)}`,
  ];
  if (cluster !== undefined) {
    statements.push(
      `CREATE TABLE IF NOT EXISTS ${table.name}${onCluster(cluster)} AS ${physical}\n` +
        `ENGINE = Distributed(${quoteName(cluster)}, currentDatabase(), ${physical}, ${table.shardBy})`,
    );
  }
  return statements;
}

/** Statements that remove a table with its rows. */
export function dropTable(name: string, cluster?: string): string[] {
  const names = cluster === undefined ? [name] : [name, physicalName(name, cluster)];
  return names.map((each) => `DROP TABLE IF EXISTS ${each}${onCluster(cluster)} SYNC`);
}

/** Statements that remove the rows of a table. */
export function emptyTable(name: string, cluster?: string): string[] {
  return [`TRUNCATE TABLE ${physicalName(name, cluster)}${onCluster(cluster)}`];
}
