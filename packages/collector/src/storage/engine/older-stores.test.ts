import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveOptions } from '../../config/options.ts';
import { startCollector } from '../../main.ts';
import { everydayRows } from '../../testing/everyday-runs.ts';
import { buildCommand } from '../../testing/spawn-collector.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { openChdb } from './chdb-store.ts';
import { createTable } from './ddl.ts';
import { MIGRATIONS } from './migrate.ts';
import { tableOf } from './schema.ts';
import type { Store } from './store.ts';

const STORES = fileURLToPath(new URL('../../testing/older-stores/', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../../dist/cli/userspan.cjs', import.meta.url));
const TOKEN = 'admin-secret-of-a-store';
const NEWEST = MIGRATIONS.at(-1)?.number ?? 0;

type Row = Readonly<Record<string, unknown>>;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-older-stores-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A data folder created by `bench/older-store.mjs` with the collector of an older commit. */
async function unpack(name: string, folder = name): Promise<string> {
  const data = join(dir, folder);
  await mkdir(data);
  await promisify(execFile)('tar', ['-xzf', join(STORES, `${name}.tar.gz`), '-C', data]);
  return data;
}

/** The answers of this version's API, reduced to the same fields as those of the older one. */
async function figuresOf(data: string, claimed: string): Promise<unknown> {
  const collector = await startCollector(
    resolveOptions({
      port: 0,
      'grpc-port': 'off',
      data,
      claimed,
      token: [`admin=${TOKEN}`],
      'log-level': 'silent',
    }),
  );
  try {
    const read = async <T>(path: string): Promise<T> =>
      (await (
        await fetch(`${collector.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } })
      ).json()) as T;
    const { data: users } = await read<{ data: Row[] }>('/api/users?limit=200');
    const summary = await read<Row>('/api/summary');
    expect(await read('/api/rollups/differences')).toEqual({ data: [] });
    return {
      users: Object.fromEntries(
        users.map((user) => [String(user['id']), { ...pick(user), threads: user['threads'] }]),
      ),
      total: pick(summary),
      unattributed: pick(summary['unattributed'] as Row),
    };
  } finally {
    await collector.close();
  }
}

function pick({ calls, inputTokens, outputTokens, errors, costExact, unpricedCalls }: Row): Row {
  return { calls, inputTokens, outputTokens, errors, costExact, unpricedCalls };
}

const expected = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(STORES, `${name}.json`), 'utf8')) as unknown;

// Up to the fifth version, claimed calls were counted with the others, which equals `--claimed count`.
const FOLDERS = [
  ['schema-1', 'count'],
  ['schema-3', 'count'],
  ['schema-5', 'count'],
  ['schema-6', 'separate'],
  ['schema-9', 'separate'],
  ['schema-10', 'separate'],
  ['schema-12', 'separate'],
  ['schema-13', 'separate'],
  ['schema-14', 'separate'],
  ['schema-15', 'separate'],
] as const;
/** The oldest, which goes through every migration; the first with claimed calls counted separately; and the newest. */
const EVERYDAY_FOLDERS: ReadonlySet<string> = new Set(['schema-1', 'schema-6', 'schema-15']);

test.each(everydayRows(FOLDERS, ([name]) => EVERYDAY_FOLDERS.has(name)))(
  'opens and migrates a data folder of %s, with the same figures',
  async (name, claimed) => {
    const data = await unpack(name);
    expect(await figuresOf(data, claimed)).toEqual(await expected(name));
    expect(await readdir(data)).not.toContain('migrating');
  },
);

test('rejects a store of a newer version with both versions and a remedy, and does not change it', async () => {
  const data = await unpack('schema-6', 'newer');
  const store = await openChdb({ directory: join(data, 'store') });
  await store.execute("INSERT INTO userspan.migrations (number, name) VALUES (999, 'of a newer version')");
  await store.close();
  const refused = figuresOf(data, 'separate');
  await expect(refused).rejects.toThrow(
    new RegExp(
      `The store at ${data}/store has migration 999 \\("of a newer version"\\), made by a newer userspan; ` +
        `this version \\(\\d+\\.\\d+\\.\\d+\\) knows migrations up to ${NEWEST}\\. Nothing was changed\\. Start the version`,
    ),
  );
});

test('completes migrations that were killed repeatedly at the next start', async () => {
  await buildCommand();
  const data = await unpack('schema-1', 'killed');
  // Each table is filled by a different migration right after its creation.
  for (const table of ['totals_minute', 'usage_quarter', 'thread_entries', 'usage_by_minute']) {
    const child = spawn(execPath, [COMMAND, '--port', '0', '--data', data, '--log-level', 'error'], {
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    const path = join(data, 'store', 'metadata', 'userspan', `${table}.sql`);
    await waitFor(
      async () => existsSync(path),
      (isThere) => isThere,
      60_000,
    );
    child.kill('SIGKILL');
    await exited;
    expect(await readdir(data)).toContain('migrating');
  }
  expect(await figuresOf(data, 'count')).toEqual(await expected('schema-1'));
  expect(await readdir(data)).not.toContain('migrating');
}, 180_000);

test('repairs a roll-up that a crash left incomplete before serving it', async () => {
  const data = await unpack('schema-10', 'half');
  const store = await openChdb({ directory: join(data, 'store') });
  await store.execute(
    'ALTER TABLE userspan.usage_day DELETE WHERE user_id < {id:String} SETTINGS mutations_sync = 2',
    {
      id: 'user-3',
    },
  );
  await store.execute(
    'ALTER TABLE userspan.totals_quarter DELETE WHERE quarter % 1800 = 0 SETTINGS mutations_sync = 2',
  );
  await store.close();
  // Other files that the crash leaves.
  await cp(join(data, 'log', 'id'), join(data, 'migrating'));
  expect(await figuresOf(data, 'separate')).toEqual(await expected('schema-10'));
});

const LEFT_BY_CRASH = everydayRows(
  [
    ['nothing', []],
    ['one of the tables', ['usage_by_minute']],
    ['both', ['usage_by_minute', 'totals_by_minute']],
  ] as const,
  ([name]) => name === 'one of the tables',
);

test.each(LEFT_BY_CRASH)('fills minute tables again if a crash left %s', async (_name, left) => {
  const data = await unpack('schema-10', `left-${left.length}`);
  const store = await openChdb({ directory: join(data, 'store') });
  const before = await seenOf(store, 'usage_quarter');
  for (const table of left) {
    for (const statement of createTable(tableOf(table))) await store.execute(statement);
    // The first rows of the migration, and a duplicate row, as after two attempts.
    const former = table.replace('_by', '');
    // The former table has no column for a measure that was added after the migration.
    const found = await store.query<{ name: string }>(
      'SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {former:String}',
      { former },
    );
    const columns = found
      .map(({ name }) => name)
      .filter((name) => Object.hasOwn(tableOf(table).columns, name))
      .join(', ');
    for (const rows of [7, 1]) {
      await store.execute(
        `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${former} ORDER BY ALL LIMIT ${rows}`,
      );
    }
  }
  await store.close();
  expect(await figuresOf(data, 'separate')).toEqual(await expected('schema-10'));
  const migrated = await openChdb({ directory: join(data, 'store') });
  expect(await seenOf(migrated, 'usage_by_minute')).toEqual(before);
  await migrated.close();
});

/** The number of spans that name each user. */
function seenOf(store: Store, table: string): Promise<Row[]> {
  return store.query(
    `SELECT user_id, toString(sum(seen)) AS times FROM ${table} GROUP BY user_id HAVING sum(seen) != 0 ORDER BY user_id`,
  );
}
