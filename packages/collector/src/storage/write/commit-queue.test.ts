import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { storageOf } from '../storage.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openStore } from '../engine/open-store.ts';
import { FORMER_NAMES, forCurrentTable } from '../engine/former/former-tables.ts';
import type { Insert, Mutation, Store } from '../engine/store.ts';
import { everydayRows } from '../../testing/everyday-runs.ts';
import { batch, call, user } from '../../testing/trace-of.ts';
import { readDifferences } from '../read/rollups/differences.ts';
import { WriteBatchFiles } from './write-batch-files.ts';
import { openPipeline } from '../../attribution/span-pipeline.ts';

const directory = mkdtempSync(join(tmpdir(), 'userspan-plans-'));
let store: Store;
let number = 0;

beforeAll(async () => {
  store = await openStore({ directory: join(directory, 'engine') });
}, 60_000);
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

/** The real store, which fails at one insert, before or after inserting. */
function failingAt(at: number, isAfter: boolean): Store {
  let count = 0;
  return {
    ...store,
    kind: store.kind,
    query: (...parameters) => store.query(...parameters),
    execute: (...parameters) => store.execute(...parameters),
    close: () => store.close(),
    insert: async (insert: Insert) => {
      count += 1;
      if (count === at && !isAfter) throw new Error('cut off before');
      await store.insert(insert);
      if (count === at && isAfter) throw new Error('cut off after');
    },
  };
}

const INTERRUPTIONS = [
  ['before it, then a restart', false, true],
  ['after it, then a restart', true, true],
  ['after it, then tried again', true, false],
] as const;

describe.each([1, 2, 3, 4, 5, 6])('interrupted at insert %i', (at) => {
  // Every day, each insert is interrupted in one way.
  const tested = everydayRows(INTERRUPTIONS, (row) => INTERRUPTIONS.indexOf(row) === at % 3);
  test.each(tested)('%s', async (_name, isAfter, isRestart) => {
    number += 1;
    const project = `project ${number}`;
    const plans = join(directory, project);
    const cut = await openPipeline({ store: storageOf(failingAt(at, isAfter)), directory: plans });
    const one = batch({ project, id: 2, parent: 1, attributes: { ...call(), 'session.id': 't' } });
    const two = batch({ project, id: 1, attributes: user('a') });
    const failed = await cut.write(one).then(
      () => false,
      () => true,
    );
    const pipeline = isRestart ? await openPipeline({ store: storageOf(store), directory: plans }) : cut;
    // A caller that gets no success passes the batch again.
    await pipeline.write(one);
    await pipeline.write(two);
    expect(failed).toBe(true);
    const users = await store.query(
      'SELECT user_id, sum(calls) AS n, sum(cost) AS usd FROM usage_day WHERE project = {project:String} GROUP BY user_id HAVING n != 0',
      { project },
    );
    expect(users).toEqual([{ user_id: 'a', n: '1', usd: '0.25' }]);
    expect(await readDifferences(store, { project })).toEqual([]);
    expect(readdirSync(join(plans, 'plans'))).toEqual([]);
    await pipeline.close();
  });
});

test.each([
  ['torn', (path: string) => truncateSync(path, 200)],
  ['empty', (path: string) => truncateSync(path, 0)],
  ['changed', (path: string) => writeFileSync(path, readFileSync(path).fill(0x41, 900, 910))],
])('builds a write batch again if it is %s, because it was not started', async (_name, damage) => {
  number += 1;
  const project = `project ${number}`;
  const plans = join(directory, project);
  const cut = await openPipeline({ store: storageOf(failingAt(1, false)), directory: plans });
  const one = batch({ project, id: 1, attributes: { ...call(), ...user('a') } });
  await expect(cut.write(one)).rejects.toThrow('cut off');
  const [name = ''] = readdirSync(join(plans, 'plans'));
  damage(join(plans, 'plans', name));
  const pipeline = await openPipeline({ store: storageOf(store), directory: plans });
  await pipeline.write(one);
  expect(await readDifferences(store, { project })).toEqual([]);
  expect(
    await store.query('SELECT count() AS n FROM calls FINAL WHERE project = {project:String}', { project }),
  ).toEqual([{ n: '1' }]);
  await pipeline.close();
});

test('drops inserts of an older version into removed tables, and applies its deletions to the new tables', async () => {
  number += 1;
  const project = `project ${number}`;
  const plans = join(directory, project);
  const first = await openPipeline({ store: storageOf(store), directory: plans });
  await first.write(
    batch(
      { project, trace: 1, id: 1, attributes: { ...call(), ...user('gone') } },
      { project, trace: 2, id: 2, attributes: { ...call(), ...user('stays') } },
    ),
  );
  await first.close();
  const insert = { columns: ['project'], format: 'Native', body: Buffer.from('rows') } as const;
  const deletion = (table: string): Mutation => ({
    sql: `ALTER TABLE ${table} DELETE WHERE project = {project:String} AND user_id = 'gone' SETTINGS mutations_sync = 2`,
    parameters: { project },
  });
  await new WriteBatchFiles(join(plans, 'plans')).write({
    id: 'older',
    inserts: [...FORMER_NAMES].map((table) => ({ ...insert, table, token: `older:${table}` })),
    mutations: ['usage_minute', 'usage_quarter', 'usage_day', 'calls'].map(deletion),
    calls: [],
  });
  const recovered: string[] = [];
  const second = await openPipeline({
    store: storageOf(store),
    directory: plans,
    onRecover: () => Promise.resolve(void recovered.push('checked')),
  });
  expect(recovered).toEqual(['checked']);
  for (const table of ['calls', 'usage_by_minute', 'usage_day']) {
    const users = await store.query(
      `SELECT DISTINCT user_id FROM ${table} WHERE project = {project:String}`,
      { project },
    );
    expect([table, users]).toEqual([table, [{ user_id: 'stays' }]]);
  }
  await second.close();
});

test.each([
  ['ALTER TABLE usage_minute DELETE WHERE x', 'ALTER TABLE usage_by_minute DELETE WHERE x'],
  [
    'ALTER TABLE totals_minute_local ON CLUSTER `c` DELETE WHERE x',
    'ALTER TABLE totals_by_minute_local ON CLUSTER `c` DELETE WHERE x',
  ],
  ['ALTER TABLE usage_quarter DELETE WHERE x', undefined],
  ['ALTER TABLE usage_hour_local ON CLUSTER `c` DELETE WHERE x', undefined],
  ['ALTER TABLE totals_quarter DELETE WHERE x', 'ALTER TABLE totals_quarter DELETE WHERE x'],
  [
    "ALTER TABLE calls DELETE WHERE name = 'usage_minute'",
    "ALTER TABLE calls DELETE WHERE name = 'usage_minute'",
  ],
  [
    "ALTER TABLE spans DELETE WHERE concat(toString(trace_id), ':', toString(span_id)) IN ['a:1'] SETTINGS mutations_sync = 2",
    "ALTER TABLE spans DELETE WHERE concat(toString(trace_id), ':', toString(id)) IN ['a:1'] SETTINGS mutations_sync = 2",
  ],
  [
    'ALTER TABLE spans_local ON CLUSTER `team` DELETE WHERE toString(span_id) IN []',
    'ALTER TABLE spans_local ON CLUSTER `team` DELETE WHERE toString(id) IN []',
  ],
  ['ALTER TABLE contents DELETE WHERE span_id = 1', 'ALTER TABLE contents DELETE WHERE span_id = 1'],
])('converts a deletion of an older version to the tables of this version: %s', (left, present) => {
  expect(forCurrentTable(left)).toBe(present);
});
