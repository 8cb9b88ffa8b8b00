import { toUnits } from '@userspan/ledger';
import { expect, test } from 'vitest';

import { USERS } from '../../testing/reference/random-scope.ts';
import type { Input, Question, World } from '../../testing/reference/random-scope.ts';
import { inRandomWorlds } from '../../testing/reference/random-worlds.ts';
import type { TestCollector } from '../../testing/test-collector.ts';

// Compares margins of random revenue and random calls, with some merged users, with a simple calculation. Each line has
// the revenue and cost of its customer in the month, and the lines add up to the totals.

const MONTHS = ['2026-03', '2026-10', '2026-11'] as const;

interface Margin {
  readonly revenue: string;
  readonly cost: string;
  readonly margin: string;
  readonly unattributed: string;
  readonly unattributedUnpricedCalls: number;
  readonly unpricedCalls: number;
  readonly total: number;
  readonly losses: number;
  readonly lines: readonly {
    readonly customer: string;
    readonly revenue: string;
    readonly cost: string;
    readonly allocated: string;
    readonly margin: string;
    readonly unpricedCalls: number;
    readonly percent: number | null;
  }[];
}

/** Revenue of a user or group (by index) in thousandths of a dollar. */
interface Paid {
  readonly user?: string;
  readonly group?: string;
  readonly month: string;
  readonly thousandths: number;
}

/** Revenue from the calls of the run, in amounts that a wrong figure is unlikely to match. */
function revenueOf(world: World): readonly Paid[] {
  return world.inputs.slice(0, 12).map(({ atMs, who = 0, model }, at) => {
    const month = MONTHS[(at + model.length) % MONTHS.length] ?? MONTHS[0];
    const thousandths = (atMs % 1999) - 500;
    const { group } = world.people[who] ?? {};
    return at % 3 === 0 && group !== undefined
      ? { group, month, thousandths }
      : { user: USERS[who] ?? '', month, thousandths };
  });
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function addTo(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}

const THOUSANDTH = 10n ** 15n;

/** The revenue of customers in a month, by user or group. */
function paidIn(
  world: World,
  paid: readonly Paid[],
  month: string,
  by: 'user' | 'group',
): Map<string, bigint> {
  const users = new Map<string, bigint>();
  const groups = new Map<string, bigint>();
  for (const { user, group, month: of, thousandths } of paid) {
    if (of !== month) continue;
    const amount = BigInt(thousandths) * THOUSANDTH;
    if (user === undefined) addTo(groups, group ?? '', amount);
    else addTo(users, world.owners.get(user) ?? user, amount);
  }
  if (by === 'user') return users;
  const isKnown = new Set(world.inputs.map((input) => world.ownerOf(input)?.id));
  const ofMembers = new Map<string, bigint>();
  for (const [id, amount] of users) {
    const group = world.people.find((person) => person.id === id)?.group;
    // A group's own revenue counts instead of its members' revenue.
    if (group !== undefined && isKnown.has(id) && !groups.has(group)) addTo(ofMembers, group, amount);
  }
  return new Map([...groups, ...ofMembers]);
}

async function check(
  collector: TestCollector,
  project: string,
  world: World,
  question: Question,
): Promise<void> {
  const paid = revenueOf(world);
  const data = paid.map(({ thousandths, ...of }) => ({ ...of, usd: String(thousandths / 1000) }));
  expect((await collector.send('PUT', '/api/revenue', { data }, project)).status).toBe(200);
  for (const month of MONTHS) {
    for (const by of ['user', 'group'] as const) {
      for (const allocation of ['apart', 'by-cost', 'none'] as const) {
        const path = `/api/margin?month=${month}&by=${by}&unattributed=${allocation}`;
        await checkMonth(await collector.get<Margin>(path, project), {
          world,
          paid,
          month,
          by,
          allocation,
          path,
        });
      }
    }
    const whole = await collector.get<Margin>(`/api/margin?month=${month}`, project);
    const part = await collector.get<Margin>(`/api/margin?month=${month}&limit=${question.limit}`, project);
    expect(part).toEqual({ ...whole, lines: whole.lines.slice(0, question.limit) });
  }
}

async function checkMonth(
  margin: Margin,
  of: {
    readonly world: World;
    readonly paid: readonly Paid[];
    readonly month: string;
    readonly by: 'user' | 'group';
    readonly allocation: 'apart' | 'by-cost' | 'none';
    readonly path: string;
  },
): Promise<void> {
  const { world, paid, month, by, allocation, path } = of;
  const inputs = world.inputs.filter(({ atMs }) => new Date(atMs).toISOString().startsWith(month));
  const customerOf = (input: Input): string | undefined => {
    const owner = world.ownerOf(input);
    return by === 'user' ? owner?.id : owner?.group;
  };
  const costOf = (calls: readonly Input[]): bigint => sum(calls.map(({ usd }) => toUnits(usd ?? '0')));
  const unpricedOf = (calls: readonly Input[]): number => calls.filter(({ usd }) => usd === undefined).length;
  const ofNobody = inputs.filter((input) => customerOf(input) === undefined);
  const revenue = paidIn(world, paid, month, by);
  const names = new Set([...revenue.keys(), ...inputs.flatMap((input) => customerOf(input) ?? [])]);
  const expected = [...names].flatMap((customer) => {
    const own = inputs.filter((input) => customerOf(input) === customer);
    const line = { revenue: revenue.get(customer) ?? 0n, cost: costOf(own), unpricedCalls: unpricedOf(own) };
    return line.revenue === 0n && line.cost === 0n && line.unpricedCalls === 0
      ? []
      : [[customer, line] as const];
  });
  const lines = margin.lines.map(({ customer, ...line }) => [
    customer,
    { revenue: toUnits(line.revenue), cost: toUnits(line.cost), unpricedCalls: line.unpricedCalls },
  ]);
  expect(Object.fromEntries(lines), path).toEqual(Object.fromEntries(expected));
  expect([margin.lines.length, margin.total], path).toEqual(Array(2).fill(expected.length));

  // The lines add up to the totals.
  const added = (field: 'revenue' | 'cost' | 'allocated' | 'margin'): bigint =>
    sum(margin.lines.map((line) => toUnits(line[field])));
  const apart = costOf(ofNobody);
  const isShared = allocation === 'by-cost' && apart > 0n && added('cost') > 0n;
  const counted = allocation === 'none' ? 0n : apart;
  expect(
    {
      revenue: toUnits(margin.revenue),
      cost: toUnits(margin.cost),
      margin: toUnits(margin.margin),
      unattributed: toUnits(margin.unattributed),
      allocated: added('allocated'),
    },
    path,
  ).toEqual({
    revenue: added('revenue'),
    cost: added('cost') + counted,
    margin: added('revenue') - added('cost') - counted,
    unattributed: isShared ? 0n : apart,
    allocated: isShared ? apart : 0n,
  });
  const listed = inputs.filter((input) => customerOf(input) !== undefined);
  expect(margin.unpricedCalls, path).toBe(unpricedOf(allocation === 'none' ? listed : inputs));
  expect(margin.unattributedUnpricedCalls, path).toBe(unpricedOf(ofNobody));
  expect(margin.losses, path).toBe(margin.lines.filter((line) => line.margin.startsWith('-')).length);

  let before = -Infinity;
  for (const line of margin.lines) {
    const own = toUnits(line.revenue) - toUnits(line.cost) - toUnits(line.allocated);
    expect(toUnits(line.margin), path).toBe(own);
    expect(Number(line.margin), 'the largest loss first').toBeGreaterThanOrEqual(before);
    before = Number(line.margin);
    if (isShared) {
      const share = (Number(apart) * Number(toUnits(line.cost))) / Number(added('cost'));
      expect(Math.abs(Number(toUnits(line.allocated)) - share), path).toBeLessThanOrEqual(1e6);
    }
    if (toUnits(line.revenue) > 0n) {
      expect(line.percent).toBeCloseTo((Number(own) / Number(toUnits(line.revenue))) * 100, 1);
    } else expect(line.percent).toBeNull();
  }
}

test('margins equal revenue minus the cost of calls', () => inRandomWorlds(check), 600_000);
