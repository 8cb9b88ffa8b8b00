import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openChdb } from '../storage/engine/chdb-store.ts';
import { migrate } from '../storage/engine/migrate.ts';
import type { Store } from '../storage/engine/store.ts';
import { everydayRows } from '../testing/everyday-runs.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';
import { openPipeline } from './span-pipeline.ts';
import { storageOf } from '../storage/storage.ts';

const directory = mkdtempSync(join(tmpdir(), 'userspan-linked-'));
let store: Store;
beforeAll(async () => {
  store = await openChdb({ directory: join(directory, 'store') });
  await migrate(store);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

/** Response ids in a provider's format. */
const UNIQUE = 'req_011CVx7Qm2fJ8kLwT5nRdS9a';

let projects = 0;

/** The figures of each user: from rows of calls and from roll-ups. */
async function countedIn(project: string): Promise<unknown> {
  const rows = `SELECT user_id, toUInt32(count()) AS calls FROM
    (SELECT user_id FROM calls FINAL WHERE project = {project:String}
     UNION ALL SELECT user_id FROM calls_unattributed FINAL WHERE project = {project:String})
    GROUP BY user_id ORDER BY user_id`;
  const sums = `SELECT user_id, toUInt32(sum(calls)) AS calls FROM usage_by_minute WHERE project = {project:String}
    GROUP BY user_id HAVING calls != 0 ORDER BY user_id`;
  const [counted, added] = [await store.query(rows, { project }), await store.query(sums, { project })];
  return { counted, added };
}

const TOGETHER: readonly { name: string; spans: readonly TestSpan[]; users: readonly string[] }[] = [
  {
    name: 'one response id; the user from one, the call from the other',
    spans: [
      { trace: 1, id: 1, attributes: user('ada') },
      { trace: 1, id: 2, parent: 1, scope: 'theirs', attributes: call({ 'gen_ai.response.id': 'r1' }) },
      { trace: 2, id: 3, scope: 'ours', attributes: call({ 'gen_ai.response.id': 'r1' }) },
    ],
    users: ['ada'],
  },
  {
    name: 'no id, and equal usage at the same time in one process',
    spans: [
      { trace: 3, id: 1, scope: 'theirs', attributes: { ...call(), ...user('bob') } },
      {
        trace: 4,
        id: 2,
        scope: 'ours',
        attributes: { ...call({ 'gen_ai.response.id': 'r2' }), ...user('bob') },
      },
    ],
    users: ['bob'],
  },
  {
    name: 'three traces with the same response id',
    spans: [
      { trace: 5, id: 1, scope: 'one', attributes: call({ 'gen_ai.response.id': 'r3' }) },
      { trace: 6, id: 2, scope: 'two', attributes: call({ 'gen_ai.response.id': 'r3' }) },
      {
        trace: 7,
        id: 3,
        scope: 'three',
        attributes: { ...call({ 'gen_ai.response.id': 'r3' }), ...user('eve') },
      },
    ],
    users: ['eve'],
  },
  {
    name: "a provider's response id, and a record with a time one minute later",
    spans: [
      {
        trace: 10,
        id: 1,
        scope: 'theirs (log)',
        atMs: 52_000,
        attributes: { ...call({ 'gen_ai.response.id': UNIQUE }), ...user('ida') },
      },
      { trace: 11, id: 2, scope: 'theirs', attributes: call({ 'gen_ai.response.id': UNIQUE }) },
    ],
    users: ['ida'],
  },
  {
    name: 'a server that gives all responses the same id, consecutive requests',
    spans: [
      {
        trace: 8,
        id: 1,
        scope: 'theirs',
        attributes: { ...call({ 'gen_ai.response.id': 'r4' }), ...user('joe') },
      },
      {
        trace: 9,
        id: 2,
        scope: 'ours',
        atMs: 1000,
        attributes: { ...call({ 'gen_ai.response.id': 'r4' }), ...user('kim') },
      },
    ],
    users: ['joe', 'kim'],
  },
];

/** Together in a batch, and apart in the order in which the later record comes first. */
const everydayWays: ReadonlySet<string> = new Set(['twice', 'one batch per span, in reverse order']);

describe('records of one request in several traces', () => {
  describe.each(TOGETHER)('$name', ({ spans, users }) => {
    const expected = users.map((userId) => ({ user_id: userId, calls: 1 }));

    const ways: readonly (readonly [name: string, batches: readonly (readonly TestSpan[])[]])[] = [
      ['in one batch', [spans]],
      ['in one batch, in reverse order', [spans.toReversed()]],
      ['one batch per span', spans.map((span) => [span])],
      ['one batch per span, in reverse order', spans.toReversed().map((span) => [span])],
      ['twice', [spans, spans]],
    ];
    test.each(everydayRows(ways, ([name]) => everydayWays.has(name)))('%s', async (_, batches) => {
      projects += 1;
      const project = `p${projects}`;
      const pipeline = await openPipeline({ store: storageOf(store), directory: join(directory, project) });
      for (const part of batches) await pipeline.write(batch(...part.map((span) => ({ ...span, project }))));
      await pipeline.close();
      expect(await countedIn(project)).toEqual({ counted: expected, added: expected });
    });

    const orders = [
      ['a restart', spans],
      ['a restart, in reverse order', spans.toReversed()],
    ] as const;
    test.each(everydayRows(orders, ([name]) => name === 'a restart'))(
      'in two batches with %s between them',
      async (_, ordered) => {
        projects += 1;
        const project = `p${projects}`;
        for (const span of ordered) {
          const pipeline = await openPipeline({
            store: storageOf(store),
            directory: join(directory, project),
          });
          await pipeline.write(batch({ ...span, project }));
          await pipeline.close();
        }
        expect(await countedIn(project)).toEqual({ counted: expected, added: expected });
      },
    );

    test('after a restart, with a late span of each trace', async () => {
      projects += 1;
      const project = `p${projects}`;
      const first = await openPipeline({ store: storageOf(store), directory: join(directory, project) });
      await first.write(batch(...spans.map((span) => ({ ...span, project }))));
      await first.close();
      const second = await openPipeline({ store: storageOf(store), directory: join(directory, project) });
      const late = spans.map(({ trace = 1 }) => ({ trace, id: 100 + trace, project }));
      for (const span of late) await second.write(batch(span));
      await second.close();
      expect(await countedIn(project)).toEqual({ counted: expected, added: expected });
    });
  });

  test('equal records in two projects are two requests', async () => {
    const pipeline = await openPipeline({ store: storageOf(store), directory: join(directory, 'two') });
    const attributes = { ...call({ 'gen_ai.response.id': 'r9' }), ...user('ada') };
    await pipeline.write(
      batch(
        { trace: 20, id: 1, scope: 'theirs', project: 'north', attributes },
        { trace: 21, id: 2, scope: 'ours', project: 'south', attributes },
      ),
    );
    await pipeline.close();
    const one = [{ user_id: 'ada', calls: 1 }];
    for (const project of ['north', 'south']) {
      expect(await countedIn(project)).toEqual({ counted: one, added: one });
    }
  });
});
