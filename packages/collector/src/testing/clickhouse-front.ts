import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { Session } from 'chdb';

import { withInsertFile } from '../storage/engine/chdb/insert-file.ts';
import { SerialQueue } from '../runtime/serial-queue.ts';

/** The embedded engine behind the parts of ClickHouse's HTTP interface that the client uses. */
export interface ClickHouseFront {
  readonly port: number;
  /** Whether inserts and mutations fail. */
  isDown: boolean;
  /** The received statements, without data. */
  readonly statements: readonly string[];
  close(): Promise<void>;
}

/** Parameters of the URL that are not settings. */
const NOT_SETTINGS =
  /^(query|query_id|database|default_format|role|session_.*|param_.*|enable_http_compression|send_progress_in_http_headers|wait_end_of_query|http_headers_progress_interval_ms|max_query_size|async_insert|insert_distributed_sync|parallel_distributed_insert_select|prefer_localhost_replica|insert_quorum)$/;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

function settingsOf(url: URL): Record<string, string | number> {
  const settings: Record<string, string | number> = {};
  for (const [name, value] of url.searchParams) {
    if (!NOT_SETTINGS.test(name))
      settings[name] = /^\d+$/.test(value) && value.length < 15 ? Number(value) : value;
  }
  return settings;
}

function assignments(settings: Readonly<Record<string, string | number>>): string {
  const all = Object.entries(settings).map(
    ([name, value]) => `${name}=${JSON.stringify(value).replaceAll('"', "'")}`,
  );
  return all.length === 0 ? '' : ` SETTINGS ${all.join(', ')}`;
}

async function answer(session: Session, directory: string, url: URL, body: Buffer): Promise<string> {
  const inUrl = url.searchParams.get('query');
  const sql = onOneNode((inUrl ?? body.toString('utf8')).trim());
  const database = url.searchParams.get('database');
  if (database !== null) await session.queryAsync(`USE \`${database}\``);
  const insert = /^(INSERT INTO `?\w+`?\s*\([^)]*\))\s*FORMAT (\w+)/.exec(sql);
  if (insert !== null && inUrl !== null) {
    const [, into = '', rowFormat = ''] = insert;
    const settings = assignments(settingsOf(url));
    await withInsertFile(directory, body, async (path) => {
      await session.queryAsync(`${into} FROM INFILE '${path}'${settings} FORMAT ${rowFormat}`);
    });
    return '';
  }
  const format = /\s+FORMAT (\w+)\s*$/.exec(sql);
  if (format === null) return (await session.queryAsync(sql)).text();
  const text = `${sql.slice(0, format.index)}${assignments(settingsOf(url))}`;
  return (await session.queryAsync(text, { format: format[1] ?? 'JSONEachRow' })).text();
}

function fail(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = /Code: (\d+)/.exec(message)?.[1] ?? '0';
  response.writeHead(500, { 'x-clickhouse-exception-code': code });
  response.end(message);
}

/** The definition of a cluster with one shard. */
const CLUSTER = `<clickhouse>
  <tcp_port>9000</tcp_port>
  <remote_servers><team><shard>
    <internal_replication>true</internal_replication>
    <replica><host>127.0.0.1</host><port>9000</port></replica>
  </shard></team></remote_servers>
</clickhouse>`;

/** Replaces the parts of a statement that only work in a cluster of servers. */
function onOneNode(sql: string): string {
  return sql
    .replaceAll(' ON CLUSTER `team`', '')
    .replaceAll(/Replicated(\w*MergeTree)\('[^']*', '(?:\{shard\}-)?\{replica\}'(?:, )?/g, '$1(')
    .replaceAll(/\breplicated_deduplication_window_seconds = \d+/g, 'old_parts_lifetime = 60')
    .replaceAll(/\breplicated_deduplication_window\b/g, 'non_replicated_deduplication_window');
}

function openEngine(directory: string, isCluster: boolean): Session {
  if (!isCluster) return new Session(directory);
  const config = join(directory, 'cluster.xml');
  writeFileSync(config, CLUSTER);
  return new Session(directory, { connectionArgs: [`--config-file=${config}`] });
}

/** Starts the server on a free loopback port. With `isCluster`, the engine has a cluster called `team`. */
export async function startClickHouseFront(directory: string, isCluster = false): Promise<ClickHouseFront> {
  const session = openEngine(directory, isCluster);
  const turns = new SerialQueue();
  const statements: string[] = [];
  const front = { isDown: false };
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/ping') return response.end('Ok.\n');
      if (front.isDown) {
        return fail(response, new Error('Code: 242. DB::Exception: Table is in readonly mode'));
      }
      statements.push((url.searchParams.get('query') ?? body.toString('utf8')).slice(0, 200));
      try {
        response.end(await turns.run(() => answer(session, directory, url, body)));
      } catch (error) {
        fail(response, error);
      }
      return undefined;
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return Object.assign(front, {
    port: (server.address() as AddressInfo).port,
    statements,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await turns.idle();
      session.close();
    },
  });
}
