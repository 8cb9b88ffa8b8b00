import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStoreRoom, type StoreRoom } from '../testing/store-room.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import { csvLine } from './response/csv.ts';

let room: StoreRoom;
beforeAll(async () => {
  room = await openStoreRoom('chdb');
}, 60_000);
afterAll(() => room.close());

const alias = async (id: string, userId: string): Promise<number> =>
  (await room.send('POST', `/api/users/${id}/alias`, { userId })).status;

test('of two opposite aliases at once one is refused, and every call counts for one user', async () => {
  await room.pipeline.write(
    batch(
      { id: 1, trace: 1, attributes: { ...call(), ...user('left') } },
      { id: 2, trace: 2, attributes: { ...call(), ...user('right') } },
    ),
  );
  const statuses = await Promise.all([alias('left', 'right'), alias('right', 'left')]);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409]);
  const { data } = await room.get<{ data: { calls: number }[] }>('/api/users');
  expect(data.map(({ calls }) => calls)).toEqual([2]);
});

test('an alias that would close a circle through others is refused', async () => {
  expect([
    await alias('a', 'b'),
    await alias('b', 'c'),
    await alias('c', 'a'),
    await alias('b', 'a'),
  ]).toEqual([200, 200, 409, 409]);
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
])('%j is no formula in a cell of CSV', (text) => {
  expect(csvLine([text])).toMatch(/^"?'/);
});

test.each(['a=1', ' a', '5', '', 'x@example.com'])('%j stays what it is', (text) => {
  expect(csvLine([text])).toBe(`${text}\r\n`);
});
