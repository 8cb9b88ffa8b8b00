import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import { USER_SORTS } from '../storage/read/users/users-query.ts';

interface Row {
  readonly id: string;
  readonly name: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** The senders of calls, oldest first. The ids of `ada` and `never-sent` are merged below. */
const SENDERS = ['anon-ada', 'bob', 'ada', 'cyd', 'anon-1', 'dee', 'ada-phone', 'anon-2', 'eve'];
const ALIASES = [
  ['anon-ada', 'ada'],
  ['ada-phone', 'ada'],
  ['anon-1', 'never-sent'],
  ['anon-2', 'never-sent'],
] as const;
const USERS = ['ada', 'bob', 'cyd', 'dee', 'eve', 'never-sent'];

let collector: TestCollector;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  await collector.pipeline.write(
    batch(
      ...SENDERS.map((id, at) => ({
        id: at + 1,
        trace: at + 1,
        atMs: at * 60_000,
        attributes: { ...call(), ...user(id, { 'user.name': `Name of ${id}` }), 'session.id': `t${at}` },
      })),
    ),
  );
  for (const [alias, userId] of ALIASES) {
    await collector.send('POST', `/api/users/${alias}/alias`, { userId }, 'default');
  }
}, 60_000);
afterAll(() => collector.close());

const CASES = USER_SORTS.flatMap((sort) => (['asc', 'desc'] as const).map((order) => ({ sort, order })));

test.each(CASES)(
  'merged users are listed once, sorted by what their row shows: $sort $order',
  async (query) => {
    const { sort, order } = query;
    const rows: Row[] = [];
    for (let cursor = ''; ;) {
      const page = await collector.get<{
        readonly data: readonly Row[];
        readonly nextCursor: string | null;
        readonly total: number | null;
      }>(`/api/users?sort=${sort}&order=${order}&limit=2${cursor}`, 'default');
      rows.push(...page.data);
      if (cursor === '') expect(page.total).toBe(USERS.length);
      if (page.nextCursor === null) break;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(rows.map(({ id }) => id).toSorted()).toEqual(USERS);
    if (sort !== 'firstSeen' && sort !== 'lastSeen' && sort !== 'name') return;
    const values = rows.map((row) => row[sort]?.toLowerCase() ?? '');
    const sorted = values.toSorted();
    expect(values).toEqual(order === 'asc' ? sorted : sorted.toReversed());
    const [first] = rows;
    const next = await collector.get(
      `/api/users/${first?.id}/neighbors?sort=${sort}&order=${order}`,
      'default',
    );
    expect(next).toMatchObject({
      previous: null,
      next: { id: rows[1]?.id },
      position: 1,
      total: USERS.length,
    });
  },
);
