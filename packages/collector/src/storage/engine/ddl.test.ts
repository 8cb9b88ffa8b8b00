import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTestCollector } from '../../testing/test-collector.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { deleteRows } from './delete-rows.ts';
import { migrate, MIGRATIONS } from './migrate.ts';
import { TABLES } from './schema.ts';
import type { Store } from './store.ts';

const CLUSTER = 'team';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

/** Every statement that creates a new store of a cluster. */
async function statementsOfCluster(): Promise<string[]> {
  const statements: string[] = [];
  const made = TABLES.map(({ name }) => `${name}_local`);
  const store: Store = {
    kind: 'clickhouse',
    cluster: CLUSTER,
    claimed: 'separate',
    // A store without migrations, and with tables without the settings of this version.
    query: async <T extends object>(sql: string) =>
      (sql.includes('engine_full') ? made.map((name) => ({ name })) : []) as unknown as T[],
    insert: async () => undefined,
    execute: async (sql) => {
      statements.push(sql);
    },
    close: async () => undefined,
  };
  await migrate(store);
  return statements;
}

describe('statements for a cluster', () => {
  test('can be parsed by the engine', async () => {
    const { sql } = deleteRows({ cluster: CLUSTER }, 'calls', "user_id = 'u'", {});
    const statements = [
      ...MIGRATIONS.flatMap((migration) => migration.statements(CLUSTER)),
      ...(await statementsOfCluster()),
      sql,
    ].map((statement) => statement.replaceAll(/\{(\w+):\w+\}/g, "'x'"));
    expect(statements.length).toBeGreaterThan(100);
    for (const statement of statements) {
      const [row] = await collector.store.query<{ text: string }>(
        'SELECT formatQuery({sql:String}) AS text',
        {
          sql: statement,
        },
      );
      expect(row?.text.length).toBeGreaterThan(0);
    }
  });

  test('name the cluster if they change the schema', async () => {
    const ddl = (await statementsOfCluster()).filter((sql) => !sql.startsWith('INSERT INTO'));
    expect(ddl.filter((sql) => !sql.includes(` ON CLUSTER \`${CLUSTER}\``))).toEqual([]);
  });

  test('give every replica under one path a different name', async () => {
    const created = (await statementsOfCluster()).filter((sql) => sql.includes('ENGINE = Replicated'));
    const unique = created.filter((sql) => {
      const [, path = '', replica = ''] = /MergeTree\('([^']+)', '([^']+)'/.exec(sql) ?? [];
      return `${path} ${replica}`.includes('{shard}') && replica.includes('{replica}');
    });
    expect(unique).toEqual(created);
    expect(created).toHaveLength(TABLES.length + 1);
  });

  test('keep the tokens of inserts of every table for thirty days, also of existing tables', async () => {
    const statements = await statementsOfCluster();
    const of = (name: string): readonly string[] =>
      statements.filter((sql) => new RegExp(`TABLE (IF NOT EXISTS )?${name}_local `).test(sql));
    const kept = 'replicated_deduplication_window_seconds = 2592000';
    for (const { name } of TABLES) {
      expect(of(name)[0]).toContain(kept);
      expect(of(name)).toContain(
        `ALTER TABLE ${name}_local ON CLUSTER \`${CLUSTER}\` MODIFY SETTING ${kept}`,
      );
    }
  });
});
