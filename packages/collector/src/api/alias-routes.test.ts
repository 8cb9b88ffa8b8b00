import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCollector, type TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import { csvLine } from './response/csv.ts';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

const alias = async (id: string, userId: string): Promise<number> =>
  (await collector.send('POST', `/api/users/${id}/alias`, { userId })).status;

test('rejects one of two concurrent opposite aliases, and counts every call for one user', async () => {
  await collector.pipeline.write(
    batch(
      { id: 1, trace: 1, attributes: { ...call(), ...user('left') } },
      { id: 2, trace: 2, attributes: { ...call(), ...user('right') } },
    ),
  );
  const statuses = await Promise.all([alias('left', 'right'), alias('right', 'left')]);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409]);
  const { data } = await collector.get<{ data: { calls: number }[] }>('/api/users');
  expect(data.map(({ calls }) => calls)).toEqual([2]);
});

test('edits override values that were written while the clock was a year ahead', async () => {
  const attributes = { ...call(), ...user('ahead', { 'user.name': 'Old', 'userspan.user.plan': 'gold' }) };
  await collector.pipeline.write(batch({ id: 900, trace: 900, atMs: 365 * 86_400_000, attributes }));
  for (const plan of ['silver', 'bronze']) {
    const { body } = await collector.send('PATCH', '/api/users/ahead', { props: { plan, name: plan } });
    expect(body).toMatchObject({ name: plan, props: { plan } });
  }
});

test('rejects an alias that would close a cycle', async () => {
  expect([
    await alias('a', 'b'),
    await alias('b', 'c'),
    await alias('c', 'a'),
    await alias('b', 'a'),
  ]).toEqual([200, 200, 409, 409]);
});

test('resolves chains of aliases from spans and the API, in any order, to one user', async () => {
  const chainOf = (name: string) => Array.from({ length: 40 }, (_, at) => `${name}-${at}`);
  const [first, second] = [chainOf('span-chain'), chainOf('api-chain')];
  const calls = [...first, ...second].map((id, at) => ({
    id: at + 100,
    trace: at + 100,
    attributes: { ...call(), ...user(id) },
  }));
  const stated = first.slice(1).map((to, at) => ({
    id: at + 300,
    trace: at + 300,
    attributes: { 'userspan.alias.from': first[at] ?? '', 'user.id': to },
  }));
  await collector.pipeline.write(batch(...calls));
  const api = second.slice(1).map((to, at) => alias(second[at] ?? '', to));
  await collector.pipeline.write(batch(...stated.filter((_, at) => at % 2 === 0)));
  await collector.pipeline.write(batch(...stated.filter((_, at) => at % 2 === 1).toReversed()));
  expect(new Set(await Promise.all(api))).toEqual(new Set([200]));
  expect(await alias(first.at(-1) ?? '', second[0] ?? '')).toBe(200);
  const end = second.at(-1);
  const rows = async () => {
    const { data } = await collector.get<{ data: { id: string; calls: number }[] }>('/api/users?q=chain');
    return data.map(({ id, calls: count }) => [id, count]);
  };
  expect(await rows()).toEqual([[end, 80]]);
  expect((await collector.get<{ id: string }>('/api/users/span-chain-3')).id).toBe(end);
  await collector.send('POST', `/api/users/${first.at(-1)}/unalias`);
  expect(await rows()).toEqual([
    [first.at(-1), 40],
    [end, 40],
  ]);
});

test('aliases and prices can be changed after changes that were made while the clock was a year ahead', async () => {
  await collector.restart({ clock: () => NOON_MS + 366 * 86_400_000 });
  await alias('early', 'one');
  await alias('back', 'one');
  await collector.restart();
  await alias('early', 'two');
  await collector.send('POST', '/api/users/back/unalias');
  const idsOf = async (id: string) =>
    (await collector.pipeline.store.users.openAliasBook().idsOf('default', id)).slice(1);
  expect([await idsOf('one'), await idsOf('two')]).toEqual([[], ['early']]);
});

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  '\u00a0=1',
  '\u200b=1',
  '\ufeff=1',
  '\uff1d1',
  '\u3000\uff0b1',
  '\n\n',
  ' \u200d @x',
])('writes %j as text, not as a formula, in a CSV cell', (text) => {
  expect(csvLine([text])).toMatch(/^"?'/);
});

test.each(['a=1', ' a', '5', '', 'x@example.com'])('does not change %j in a CSV cell', (text) => {
  expect(csvLine([text])).toBe(`${text}\r\n`);
});
