import { fromUnits, toUnits } from '@userspan/ledger';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openAlertingRoom } from '../testing/alerting-room.ts';
import type { AlertingRoom } from '../testing/alerting-room.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Receiver } from '../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';

const DAY = 86_400_000;
const USERS = ['a', 'b', 'c', 'd'];
const COSTS = [0.1, 0.37, 0.9, 1e-12, 2.000000000001];

type Step =
  | {
      readonly do: 'call';
      readonly user: number;
      readonly cost: number;
      readonly lateDays: number;
      readonly isHouse: boolean;
    }
  | { readonly do: 'price'; readonly usd: number }
  | { readonly do: 'alias'; readonly from: number; readonly to: number }
  | { readonly do: 'unalias'; readonly from: number }
  | { readonly do: 'erase'; readonly user: number }
  | { readonly do: 'look'; readonly fault: 'none' | 'error' | 'lost answer'; readonly isRestart: boolean }
  | { readonly do: 'next day' };

const index = fc.integer({ min: 0, max: USERS.length - 1 });
const callStep = fc.record({
  do: fc.constant('call' as const),
  user: index,
  cost: fc.integer({ min: 0, max: COSTS.length - 1 }),
  lateDays: fc.integer({ min: 0, max: 2 }),
  isHouse: fc.boolean(),
});
const lookStep = fc.record({
  do: fc.constant('look' as const),
  fault: fc.constantFrom('none', 'error', 'lost answer'),
  isRestart: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: callStep },
  { weight: 4, arbitrary: lookStep },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('price' as const), usd: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('alias' as const), from: index, to: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unalias' as const), from: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), user: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('next day' as const) }) },
);

/** The slow way: every call in a list, and every sum worked out from it. */
class Reference {
  calls: { readonly user: string; readonly day: number; cost: bigint; readonly isHouse: boolean }[] = [];
  readonly aliases = new Map<string, string>();
  readonly erasedMs = new Map<string, number>();
  price: bigint | undefined;
  /** Days on which users fired. */
  readonly #fired = new Map<string, Set<number>>();
  readonly #active = new Set<string>();
  #lookedDay: number | undefined;
  readonly #writtenDay: number;

  /** @param lookedDay - Of the last look before. @param writtenDay - On which the rule was written. */
  constructor(lookedDay: number | undefined, writtenDay: number) {
    this.#lookedDay = lookedDay;
    this.#writtenDay = writtenDay;
  }

  canonical(id: string): string {
    return this.aliases.get(id) ?? id;
  }

  sums(day?: number): Map<string, bigint> {
    const sums = new Map<string, bigint>();
    for (const each of this.calls) {
      if (day !== undefined && each.day !== day) continue;
      const id = this.canonical(each.user);
      sums.set(id, (sums.get(id) ?? 0n) + each.cost);
    }
    return sums;
  }

  /** A dollar a day, once a day for each user, also of days that ended since the last look; and when it is not so any more. */
  look(day: number): string[] {
    const told: string[] = [];
    // No more than three days that ended, and none from before the rule.
    const first = Math.max(this.#lookedDay ?? day, this.#writtenDay, day - 3);
    for (let each = first; each <= day; each += 1) {
      for (const [id, sum] of this.sums(each)) {
        const days = this.#fired.get(id) ?? new Set();
        if (sum < toUnits('1') || days.has(each)) continue;
        told.push(`alert.fired ${id}`);
        this.#fired.set(id, days.add(each));
        this.#active.add(id);
      }
    }
    const sums = this.sums(day);
    for (const id of this.#active) {
      if ((sums.get(id) ?? 0n) >= toUnits('1')) continue;
      told.push(`alert.resolved ${id}`);
      this.#active.delete(id);
    }
    this.#lookedDay = day;
    return told.sort();
  }

  forget(id: string): void {
    this.#active.delete(id);
    this.#fired.delete(id);
  }
}

let room: AlertingRoom;
let alerts: Receiver;
let biller: Receiver;
beforeAll(async () => {
  room = await openAlertingRoom();
  alerts = await startReceiver();
  biller = await startReceiver();
}, 60_000);
afterAll(async () => {
  await room.close();
  await alerts.close();
  await biller.close();
}, 60_000);

let run = 0;
let lookedDay: number | undefined;
let spanId = 0;

async function check(steps: readonly Step[]): Promise<void> {
  run += 1;
  const project = `run ${run}`;
  const send = (
    method: 'POST' | 'PUT' | 'DELETE' | 'GET',
    url: string,
    body?: object,
  ): ReturnType<AlertingRoom['request']> => room.request(method, url, body, project);
  const today = (): number => Math.floor(room.nowMs / DAY);
  const reference = new Reference(lookedDay, today());
  const since = new Date(room.nowMs - 3 * DAY).toISOString().slice(0, 10);
  await send('POST', '/api/channels', { id: 'hook', type: 'webhook', url: alerts.url });
  await send('PUT', '/api/alerts/a', {
    measure: 'cost',
    of: 'user',
    window: 'day',
    thresholds: [{ value: 1 }],
    channels: ['hook'],
  });
  const exporter = {
    type: 'openmeter',
    url: biller.url,
    apiKey: 'a-long-key-of-the-biller',
    since,
    everySeconds: 0,
    decimals: 18,
    markUp: '1.5',
  };
  await send('PUT', '/api/exporters/e', exporter);
  const bill = new Map<string, { readonly customer: string; readonly value: bigint }>();
  const answer = (fault: 'none' | 'error' | 'lost answer') => (request: { readonly body: string }) => {
    if (fault === 'error') return { status: 503 };
    for (const { id, subject, data } of JSON.parse(request.body) as {
      id: string;
      subject: string;
      data: { value: string };
    }[]) {
      const value = toUnits(data.value);
      const known = bill.get(id);
      // The same identifier must be the same event.
      if (known !== undefined && known.value !== value) throw new Error(`${id} came with another value`);
      bill.set(id, { customer: subject, value });
    }
    return fault === 'lost answer' ? ('reset' as const) : { status: 204 };
  };
  const look = async (fault: 'none' | 'error' | 'lost answer', isRestart: boolean): Promise<void> => {
    if (isRestart) await room.restart();
    biller.answer = answer(fault);
    alerts.requests.length = 0;
    await room.pass(5_000);
    lookedDay = today();
    const told = alerts.json<{ type: string; data: { project: string; user: string } }>();
    const own = told
      .filter(({ data }) => data.project === project)
      .map(({ type, data }) => `${type} ${data.user}`);
    expect(own.sort()).toEqual(reference.look(today()));
    await send('POST', '/api/exporters/e/run', { dryRun: false });
  };
  for (const each of steps) {
    switch (each.do) {
      case 'call': {
        spanId += 1;
        const startMs = room.nowMs - each.lateDays * DAY;
        const id = USERS[each.user] ?? 'a';
        const cost = COSTS[each.cost] ?? 0;
        const price = each.isHouse
          ? {
              'gen_ai.request.model': 'house',
              'gen_ai.usage.cost': null,
              'gen_ai.usage.input_tokens': 1_000_000,
              'gen_ai.usage.output_tokens': 0,
            }
          : { 'gen_ai.usage.cost': cost };
        const attributes = { ...call(price), ...user(id) };
        await room.store.pipeline.write(
          batch({ id: spanId, trace: spanId, project, atMs: startMs - NOON_MS, attributes }),
        );
        if (startMs < (reference.erasedMs.get(id) ?? 0)) break;
        const units = each.isHouse ? (reference.price ?? 0n) : toUnits(cost.toFixed(12));
        reference.calls.push({
          user: id,
          day: Math.floor(startMs / DAY),
          cost: units,
          isHouse: each.isHouse,
        });
        break;
      }
      case 'price':
        await send('POST', '/api/prices', { model: 'house', usdPerMillion: { input: each.usd, output: 0 } });
        await send('POST', '/api/reprice', { dryRun: false, model: 'house' });
        reference.price = toUnits(String(each.usd));
        for (const one of reference.calls) if (one.isHouse) one.cost = reference.price;
        room.nowMs += 1_000;
        break;
      case 'alias': {
        const from = USERS[each.from] ?? '';
        const to = USERS[each.to] ?? '';
        // One step of aliases is enough here.
        const isFree = ![...reference.aliases].flat().some((id) => id === from || id === to);
        if (from === to || !isFree) break;
        await send('POST', `/api/users/${from}/alias`, { userId: to });
        reference.aliases.set(from, to);
        break;
      }
      case 'unalias': {
        const from = USERS[each.from] ?? '';
        if (!reference.aliases.delete(from)) break;
        await send('POST', `/api/users/${from}/unalias`);
        break;
      }
      case 'erase': {
        const id = reference.canonical(USERS[each.user] ?? '');
        const ids = [id, ...[...reference.aliases].filter(([, to]) => to === id).map(([from]) => from)];
        const { status } = await send('DELETE', `/api/users/${id}`);
        if (status !== 200) break;
        reference.calls = reference.calls.filter(({ user: owner }) => !ids.includes(owner));
        for (const one of ids) {
          reference.aliases.delete(one);
          reference.erasedMs.set(one, room.nowMs);
          reference.forget(one);
        }
        break;
      }
      case 'next day':
        room.nowMs += DAY;
        break;
      default:
        await look(each.fault, each.isRestart);
    }
  }
  await look('none', true);
  await send('POST', '/api/exporters/e/run', { dryRun: false });
  const billed = new Map<string, bigint>();
  for (const { customer, value } of bill.values()) billed.set(customer, (billed.get(customer) ?? 0n) + value);
  const nonZero = (sums: ReadonlyMap<string, bigint>): [string, string][] =>
    [...sums]
      .filter(([, units]) => units !== 0n)
      .map(([id, units]): [string, string] => [id, fromUnits(units)])
      .sort(([x], [y]) => (x < y ? -1 : 1));
  const ledger = nonZero(new Map([...reference.sums()].map(([id, units]) => [id, (units * 3n) / 2n])));
  expect(nonZero(billed)).toEqual(ledger);
  const { body } = await send('GET', '/api/exporters/e/reconcile');
  expect(body).toMatchObject({ difference: '0' });
  await send('DELETE', '/api/alerts/a');
}

const runs = Number(process.env['USERSPAN_PROPERTY_RUNS'] ?? 3);
const seed = process.env['USERSPAN_PROPERTY_SEED'];

test(
  'whatever happens in whatever order, bills equal the ledger and alerts equal those of a slow reference',
  { timeout: Math.max(240_000, runs * 60_000) },
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16 }), check), {
      numRuns: runs,
      endOnFailure: true,
      ...(seed === undefined ? {} : { seed: Number(seed) }),
    });
  },
);
