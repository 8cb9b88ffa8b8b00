import { afterAll, beforeAll, expect, test } from 'vitest';
import { SpendReader } from '../storage/read/usage/spend-reader.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { type Attributes, batch, call, user } from '../testing/trace-of.ts';
import { spendMetrics } from './spend-metrics.ts';

const USERS = 10_000;
const HOSTILE = [
  'quo"te',
  'back\\slash',
  'line\nbreak',
  '} 1\nevil_metric 1',
  'x'.repeat(1000),
  `${'x'.repeat(999)}y`,
  '\u202Eabc',
  'other',
];

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
  const cost = (usd: number): Attributes => call({ 'gen_ai.usage.cost': usd });
  const spans = [
    // The users with the largest spend have names that could break the format or equal one of our series.
    ...HOSTILE.map((id, i) => ({
      attributes: { ...cost(100 + i), ...user(id), 'userspan.user.group': `g${i % 2}` },
    })),
    ...Array.from({ length: USERS }, (_, i) => ({ attributes: { ...cost(0.5), ...user(`u${i}`) } })),
    { attributes: cost(3) },
  ].map((span, i) => ({ ...span, trace: i + 1, id: i + 1 }));
  await collector.pipeline.write(batch(...spans));
}, 120_000);
afterAll(() => collector.close());

/** Samples of one metric by their labels. */
function samples(text: string, name: string): Map<string, number> {
  return new Map(
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
      .map((line) => [
        line.slice(name.length, line.lastIndexOf(' ')),
        Number(line.slice(line.lastIndexOf(' '))),
      ]),
  );
}
const sum = (values: Iterable<number>): number => [...values].reduce((all, value) => all + value, 0);

test('returns the configured number of series, whose sum is the total, for ten thousand users with hostile names', async () => {
  const text = await spendMetrics(new SpendReader(collector.store, { user: 10, group: 1 }), 'default');
  for (const line of text.split('\n').filter((each) => each !== '')) {
    expect(line).toMatch(
      /^(?:# (?:HELP|TYPE) userspan_|userspan_(?:user|group)_\w+\{kind="(?:named|other|none)",(?:user|group)="(?:[^"\\\n]|\\.)*"\} \d)/,
    );
  }
  const cost = samples(text, 'userspan_user_cost_usd_total');
  expect(cost.size).toBe(12);
  const hostile = HOSTILE.reduce((all, _, i) => all + 100 + i, 0);
  expect(sum(cost.values())).toBe(hostile + USERS * 0.5 + 3);
  expect(cost.get('{kind="none",user=""}')).toBe(3);
  expect(cost.get('{kind="other",user=""}')).toBe((USERS - 2) * 0.5);
  expect(cost.get('{kind="named",user="other"}')).toBe(107);
  expect(cost.get('{kind="named",user="quo\\"te"}')).toBe(100);
  // Two long ids with a common prefix are two series.
  expect([...cost.keys()].filter((labels) => labels.includes('xxxx'))).toHaveLength(2);
  expect(Math.max(...[...cost.keys()].map((labels) => labels.length))).toBeLessThan(200);
  const groups = samples(text, 'userspan_group_cost_usd_total');
  expect([...groups.keys()]).toEqual([
    '{kind="named",group="g1"}',
    '{kind="other",group=""}',
    '{kind="none",group=""}',
  ]);
  expect(sum(groups.values())).toBe(sum(cost.values()));
  expect(sum(samples(text, 'userspan_user_calls_total').values())).toBe(USERS + HOSTILE.length + 1);
});

test('is off by default, and contains no data of another project', async () => {
  expect(await spendMetrics(new SpendReader(collector.store, {}), 'default')).toBe('');
  const other = await spendMetrics(new SpendReader(collector.store, { user: 10 }), 'another');
  expect(samples(other, 'userspan_user_cost_usd_total')).toEqual(
    new Map([
      ['{kind="other",user=""}', 0],
      ['{kind="none",user=""}', 0],
    ]),
  );
});
