import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseClient, ClickHouseSettings, ClickHouseClientConfigOptions } from '@clickhouse/client';

import type { ClaimedMode } from './claimed-mode.ts';
import { bind } from './bind.ts';
import { onCluster, quoteName } from './ddl.ts';
import { StoreError } from './store-error.ts';
import { turnSettings } from './store.ts';
import type { Insert, Parameters, QueryOptions, Store } from './store.ts';

export interface ClickHouseOptions {
  /** `clickhouse://user:password@host:8123/database`; `clickhouses://` for TLS. */
  readonly url: string;
  /** Name of a cluster, on which tables are replicated and distributed. */
  readonly cluster?: string;
  /** Which calls sums count. Default `separate`. */
  readonly claimed?: ClaimedMode;
}

/** Address and credentials of a server. */
interface Address {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

/**
 * Writes to and reads from the first available replica of each shard, because recent writes may not have reached the
 * others yet. Behind a load balancer, the server that receives a statement must not prefer itself.
 */
const ONE_REPLICA: ClickHouseSettings = { load_balancing: 'in_order', prefer_localhost_replica: 0 };

const READ_SETTINGS: ClickHouseSettings = {
  ...ONE_REPLICA,
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  distributed_product_mode: 'global',
};

/** One insert is one block of one part, so a deduplication token covers all of it. */
const INSERT_SETTINGS: ClickHouseSettings = {
  ...ONE_REPLICA,
  max_insert_block_size: '10000000',
  min_insert_block_size_rows: '10000000',
  min_insert_block_size_bytes: '4000000000',
  input_format_parallel_parsing: 0,
  max_partitions_per_insert_block: '0',
  async_insert: 0,
  // A batch is complete when every shard has it.
  insert_distributed_sync: 1,
};

/** Statements that change the schema, delete rows, or fill a table from others. */
const EXECUTE_SETTINGS: ClickHouseSettings = {
  ...ONE_REPLICA,
  distributed_product_mode: 'global',
  // Otherwise rows wait on the server that received the statement, and the next statement does not find them.
  insert_distributed_sync: 1,
  // Newer servers would fill each shard from its own rows and ignore the sharding key.
  parallel_distributed_insert_select: '0',
  // The next statement may run on another replica, which needs the new column.
  alter_sync: '2',
};

/** Statements contain long lists of ids. */
const MAX_QUERY_BYTES = '100000000';

/** Reads the URL of a server. Throws an error that shows the expected format. */
export function parseAddress(text: string): Address {
  const usage = 'The store is clickhouse://user:password@host:8123/database (clickhouses:// for TLS).';
  const match = /^clickhouse(s?):\/\//.exec(text);
  if (match === null) throw new StoreError(usage);
  const isTls = match[1] === 's';
  const url = parseUrl(text.replace(/^clickhouses?/, 'http'));
  if (url === undefined || url.hostname === '') throw new StoreError(usage);
  const database = decodeURIComponent(url.pathname.slice(1)) || 'userspan';
  quoteName(database);
  return {
    url: `${isTls ? 'https' : 'http'}://${url.hostname}:${url.port || (isTls ? '8443' : '8123')}`,
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database,
  };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

class ClickHouseStore implements Store {
  readonly kind = 'clickhouse';
  readonly cluster?: string;
  readonly claimed: ClaimedMode;
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient, cluster: string | undefined, claimed: ClaimedMode) {
    this.claimed = claimed;
    this.#client = client;
    if (cluster !== undefined) this.cluster = cluster;
  }

  async query<T extends object>(
    sql: string,
    parameters: Parameters = {},
    options?: QueryOptions,
  ): Promise<T[]> {
    try {
      const result = await this.#client.query({
        query: bind(sql, parameters),
        format: 'JSONEachRow',
        clickhouse_settings: {
          ...READ_SETTINGS,
          max_execution_time: options?.maxSeconds ?? 60,
          max_query_size: MAX_QUERY_BYTES,
          ...turnSettings(options),
        },
      });
      return await result.json<T>();
    } catch (cause) {
      throw StoreError.from(cause);
    }
  }

  async insert(insert: Insert): Promise<void> {
    const { table, columns, format, body, token } = insert;
    try {
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${quoteName(table)} (${columns.map(quoteName).join(', ')}) FORMAT ${format}`,
        values: Readable.from([body], { objectMode: false }),
        clickhouse_settings: { ...INSERT_SETTINGS, insert_deduplication_token: token },
      });
      // The insert is complete when its answer has ended.
      await finished(stream.resume());
    } catch (cause) {
      throw StoreError.from(cause);
    }
  }

  async execute(sql: string, parameters: Parameters = {}): Promise<void> {
    try {
      await this.#client.command({
        query: bind(sql, parameters),
        clickhouse_settings: { ...EXECUTE_SETTINGS, max_query_size: MAX_QUERY_BYTES },
      });
    } catch (cause) {
      throw StoreError.from(cause);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** Oldest supported version. Statements need the engine's new analyzer, which is the default since this version. */
const OLDEST = [24, 3] as const;

async function checkVersion(client: ClickHouseClient): Promise<void> {
  const result = await client.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' });
  const [row] = await result.json<{ version: string }>();
  const [major = 0, minor = 0] = (row?.version ?? '').split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new StoreError(
    `it is ClickHouse ${row?.version ?? 'of no known version'}, and userspan needs ${OLDEST.join('.')} or newer. ` +
      'Update the server, or omit --store to use the embedded store.',
  );
}

/** Connects to a server and creates the database if it does not exist. */
export async function openClickHouse({
  url,
  cluster,
  claimed = 'separate',
}: ClickHouseOptions): Promise<Store> {
  const { database, ...address } = parseAddress(url);
  const common: ClickHouseClientConfigOptions = {
    ...address,
    request_timeout: 300_000,
    // Keeps the connection active during a long repricing or erasure, so that proxies do not close it.
    clickhouse_settings: { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: '20000' },
    compression: { request: true, response: true },
    // The client's log would print statements, and so stored data, to the terminal. Every failure is returned as an
    // error anyway.
    log: { level: ClickHouseLogLevel.OFF },
  };
  const first = createClient(common);
  try {
    await checkVersion(first);
    await first.command({
      query: `CREATE DATABASE IF NOT EXISTS ${quoteName(database)}${onCluster(cluster)}`,
    });
  } catch (cause) {
    throw new StoreError(`The store at ${address.url} cannot be used: ${StoreError.from(cause).message}`, {
      cause,
    });
  } finally {
    await first.close();
  }
  return new ClickHouseStore(
    createClient({ ...common, database, max_open_connections: 20 }),
    cluster,
    claimed,
  );
}
