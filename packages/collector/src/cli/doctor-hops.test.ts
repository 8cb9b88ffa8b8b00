import { afterAll, beforeAll, expect, test } from 'vitest';

import { RollupVerifier } from '../maintenance/rollup-verifier.ts';
import { everyday, everydayRows } from '../testing/everyday-runs.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import { apiClient } from './api-client.ts';
import { HOPS, type Journey } from './doctor-hops.ts';

let collector: TestCollector;
let url: string;
const DAY_MS = 86_400_000;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  url = await collector.app.listen({ host: '127.0.0.1', port: 0 });
  await collector.pipeline.write(
    batch(
      { trace: 1, id: 1, attributes: { ...call(), ...user('ada'), 'session.id': 't1' } },
      { trace: 2, id: 2, attributes: { ...call(), ...user('ada') }, atMs: -3 * DAY_MS },
      { trace: 3, id: 3, attributes: call(), atMs: -5 * DAY_MS },
    ),
  );
}, 60_000);
afterAll(() => collector.close());

function visit({ repairs }: { readonly repairs: boolean }): Promise<string> {
  const hop = HOPS.find(({ name }) => name === 'sums equal calls');
  const journey: Journey = {
    client: apiClient({ url }),
    grpcUrl: undefined,
    repairs,
    userId: '',
    traceId: new Uint8Array(16),
    parts: {},
    isSent: true,
  };
  if (hop === undefined) throw new Error('doctor compares sums');
  return hop.visit(journey);
}

const DAYS: Readonly<Record<string, string>> = {
  usage_day: 'day',
  usage_by_minute: 'intDiv(minute, 86400)',
  totals_by_minute: 'intDiv(minute, 86400)',
  totals_quarter: 'intDiv(quarter, 86400)',
};
const BROKEN: readonly (readonly [table: string, what: string])[] = [
  ['usage_day', 'usage_day, 2026-11-17, user ada lacks -1 calls, -15 tokens, -0.25 dollars'],
  ['usage_by_minute', 'usage_by_minute, 2026-11-17, user ada lacks -1 calls, -15 tokens, -0.25 dollars'],
  ['totals_by_minute', 'totals_by_minute, 2026-11-17 lacks -1 calls, -15 tokens, -0.25 dollars'],
  ['totals_quarter', 'totals_quarter, 2026-11-17 lacks -1 calls, -15 tokens, -0.25 dollars'],
];

/** Every day sums of users and sums of all, per minute and per quarter of an hour. */
const TESTED_TABLES = everydayRows(
  BROKEN,
  ([table]) => table === 'usage_by_minute' || table === 'totals_quarter',
);

test.each(TESTED_TABLES)(
  'reports a wrong sum in %s, counts it in the metrics, and repairs it',
  async (table, what) => {
    expect(await visit({ repairs: false })).toBe('every sum equals the sum of its calls');
    const ofUser = table.startsWith('totals') ? '' : "AND user_id = 'ada'";
    await collector.store.execute(
      `INSERT INTO ${table} SELECT * FROM ${table} WHERE ${DAYS[table]} = toUInt32(toDate('2026-11-17')) ${ofUser}`,
    );
    await expect(visit({ repairs: false })).rejects.toThrow(
      `${what}; run userspan doctor --repair to correct it`,
    );

    const verifier = new RollupVerifier(collector.pipeline);
    const checked: string[] = [];
    for (let n = 0; n < 4; n++) {
      await verifier.check();
      checked.push(verifier.health.state);
    }
    // Checks the newest day, the wrong one and the oldest, then starts with the newest again.
    expect(checked).toEqual(['ok', 'differing', 'differing', 'differing']);
    expect(verifier.health).toMatchObject({
      differences: 1,
      message: expect.stringContaining('doctor --repair'),
    });

    expect(await visit({ repairs: true })).toBe(`repaired: ${what}`);
    expect(await collector.differences()).toEqual([]);
    await verifier.check();
    expect(verifier.health).toEqual({ state: 'ok', differences: 0 });
  },
);

/** The smallest and the largest difference that a sum can have. */
const DIFFERENCES = [
  ['calls', '1'],
  ['priced', '1'],
  ['errors', '-1'],
  ['claimed', '1'],
  ['input_tokens', '1'],
  ['output_tokens', '-1'],
  ['cached_tokens', '1'],
  ['reasoning_tokens', '1'],
  ['duration_us', '1'],
  ['cost', "toDecimal128('0.000000000000000001', 18)"],
  ['cost', "toDecimal128('-99999999999999999999.999999999999999999', 18)"],
] as const;

test.each(everydayRows(DIFFERENCES, ([measure]) => measure === 'calls' || measure === 'cost'))(
  'finds the smallest and the largest difference: %s %s',
  async (measure, value) => {
    await collector.store.execute(
      `INSERT INTO usage_day (project, day, user_id, ${measure})
     SELECT project, day, user_id, ${value} FROM usage_day WHERE user_id = 'ada' AND calls > 0 LIMIT 1`,
    );
    expect(await collector.differences()).toHaveLength(1);
    expect(await visit({ repairs: true })).toMatch(/^repaired: usage_day, .* user ada lacks /);
  },
);

test.each(everydayRows(['usage_day', 'usage_by_minute'], (table) => table === 'usage_day'))(
  'reports a user without calls that is missing in %s, and lists the user once after the repair',
  async (table) => {
    await collector.pipeline.write(
      batch(
        { trace: 21, id: 1, attributes: user('eve'), atMs: 60_000 },
        { trace: 22, id: 1, attributes: user('eve'), atMs: 120_000 },
      ),
    );
    const { store } = collector;
    const seen = (): Promise<unknown> =>
      store.query(`SELECT sum(seen) AS times, sum(calls) AS calls FROM ${table} WHERE user_id = 'eve'`);
    const before = await seen();
    await store.execute(`ALTER TABLE ${table} DELETE WHERE user_id = 'eve' SETTINGS mutations_sync = 2`);
    await expect(visit({ repairs: false })).rejects.toThrow(
      new RegExp(`^${table}, 2026-11-20, user eve lacks the user, whom [12] spans name`),
    );
    const verifier = new RollupVerifier(collector.pipeline);
    await verifier.check();
    expect(verifier.health).toMatchObject({
      state: 'differing',
      message: expect.stringMatching(
        /^Sums that differ from their calls: 0\. Users missing from lists: [12]\. /,
      ),
    });
    expect(await visit({ repairs: true })).toContain(`repaired: ${table}, 2026-11-20, user eve lacks`);
    expect(await collector.differences()).toEqual([]);
    await verifier.check();
    expect(verifier.health).toEqual({ state: 'ok', differences: 0 });
    expect(await visit({ repairs: true })).toBe('every sum equals the sum of its calls');
    if (table === 'usage_day') expect(await seen()).toEqual(before);
  },
);

test('reports and repairs a wrong sum of a thread', async () => {
  await collector.store.execute("INSERT INTO threads SELECT * FROM threads WHERE thread_id = 't1'");
  await expect(visit({ repairs: false })).rejects.toThrow('threads, user ada lacks -1 calls');
  expect(await visit({ repairs: true })).toMatch(/^repaired: threads, user ada/);
  expect(await visit({ repairs: false })).toBe('every sum equals the sum of its calls');
});

test('reports no difference while spans are received', async () => {
  const writing = (async () => {
    for (let number = 0; number < everyday(40); number++) {
      const spans = Array.from({ length: 200 }, (_, at) => ({
        trace: 1_000 + number * 200 + at,
        id: 1,
        attributes: { ...call(), ...user(`u${at % 7}`) },
      }));
      await collector.pipeline.write(batch(...spans));
    }
    return 'written';
  })();
  for (;;) {
    expect(await visit({ repairs: false })).toBe('every sum equals the sum of its calls');
    if ((await Promise.race([writing, Promise.resolve('writing')])) === 'written') break;
  }
});
