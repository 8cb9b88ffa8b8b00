import { fromUnits, toUnits } from '@userspan/ledger';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openAlertingCollector } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Receiver } from '../testing/receiver.ts';
import { MeterReference } from '../testing/reference/meter-reference.ts';
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
  | { readonly do: 'report'; readonly fault: 'none' | 'error' | 'lost answer'; readonly isRestart: boolean }
  | { readonly do: 'next day' };

const index = fc.integer({ min: 0, max: USERS.length - 1 });
const callStep = fc.record({
  do: fc.constant('call' as const),
  user: index,
  cost: fc.integer({ min: 0, max: COSTS.length - 1 }),
  lateDays: fc.integer({ min: 0, max: 2 }),
  isHouse: fc.boolean(),
});
const reportStep = fc.record({
  do: fc.constant('report' as const),
  fault: fc.constantFrom('none', 'error', 'lost answer'),
  isRestart: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: callStep },
  { weight: 4, arbitrary: reportStep },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('price' as const), usd: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('alias' as const), from: index, to: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unalias' as const), from: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), user: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('next day' as const) }) },
);

let collector: AlertingCollector;
let alerts: Receiver;
let biller: Receiver;
beforeAll(async () => {
  collector = await openAlertingCollector();
  alerts = await startReceiver();
  biller = await startReceiver();
}, 60_000);
afterAll(async () => {
  await collector.close();
  await alerts.close();
  await biller.close();
}, 60_000);

let run = 0;
let reportedDay: number | undefined;
let spanId = 0;

type Fault = 'none' | 'error' | 'lost answer';
type StepOf<Name extends Step['do']> = Extract<Step, { readonly do: Name }>;

/** One project, with the same steps for the collector and the reference. */
class Run {
  readonly #project: string;
  readonly #reference: MeterReference;
  readonly #bill = new Map<string, { readonly customer: string; readonly value: bigint }>();

  constructor(project: string) {
    this.#project = project;
    this.#reference = new MeterReference(reportedDay, today());
  }

  async setUp(): Promise<void> {
    const since = new Date(collector.nowMs - 3 * DAY).toISOString().slice(0, 10);
    await this.#send('POST', '/api/channels', { id: 'hook', type: 'webhook', url: alerts.url });
    await this.#send('PUT', '/api/alerts/a', {
      measure: 'cost',
      of: 'user',
      window: 'day',
      thresholds: [{ value: 1 }],
      channels: ['hook'],
    });
    await this.#send('PUT', '/api/exporters/e', {
      type: 'openmeter',
      url: biller.url,
      apiKey: 'a-long-key-of-the-biller',
      since,
      everySeconds: 0,
      decimals: 18,
      markUp: '1.5',
    });
  }

  async take(each: Exclude<Step, { readonly do: 'report' }>): Promise<void> {
    switch (each.do) {
      case 'call':
        return this.#call(each);
      case 'price':
        return this.#price(each);
      case 'alias':
        return this.#alias(each);
      case 'unalias':
        return this.#unalias(each);
      case 'erase':
        return this.#erase(each);
      case 'next day':
        collector.nowMs += DAY;
    }
  }

  /** Sends everything. Returns the billed and the expected amounts, and the collector's reconciliation. */
  async end(): Promise<{ readonly billed: object; readonly expected: object; readonly body: unknown }> {
    await this.#send('POST', '/api/exporters/e/run', { dryRun: false });
    const billed = new Map<string, bigint>();
    for (const { customer, value } of this.#bill.values()) {
      billed.set(customer, (billed.get(customer) ?? 0n) + value);
    }
    const expected = new Map([...this.#reference.sums()].map(([id, units]) => [id, (units * 3n) / 2n]));
    const { body } = await this.#send('GET', '/api/exporters/e/reconcile');
    await this.#send('DELETE', '/api/alerts/a');
    return { billed: nonZero(billed), expected: nonZero(expected), body };
  }

  #send(
    method: 'POST' | 'PUT' | 'DELETE' | 'GET',
    url: string,
    body?: object,
  ): ReturnType<AlertingCollector['request']> {
    return collector.request(method, url, body, this.#project);
  }

  async #call({ user: at, cost: costAt, lateDays, isHouse }: StepOf<'call'>): Promise<void> {
    spanId += 1;
    const startMs = collector.nowMs - lateDays * DAY;
    const id = USERS[at] ?? 'a';
    const cost = COSTS[costAt] ?? 0;
    const price = isHouse
      ? {
          'gen_ai.request.model': 'house',
          'gen_ai.usage.cost': null,
          'gen_ai.usage.input_tokens': 1_000_000,
          'gen_ai.usage.output_tokens': 0,
        }
      : { 'gen_ai.usage.cost': cost };
    const attributes = { ...call(price), ...user(id) };
    await collector.store.pipeline.write(
      batch({ id: spanId, trace: spanId, project: this.#project, atMs: startMs - NOON_MS, attributes }),
    );
    if (startMs < (this.#reference.erasedMs.get(id) ?? 0)) return;
    const units = isHouse ? (this.#reference.price ?? 0n) : toUnits(cost.toFixed(12));
    this.#reference.calls.push({ user: id, day: Math.floor(startMs / DAY), cost: units, isHouse });
  }

  async #price({ usd }: StepOf<'price'>): Promise<void> {
    await this.#send('POST', '/api/prices', { model: 'house', usdPerMillion: { input: usd, output: 0 } });
    await this.#send('POST', '/api/reprice', { dryRun: false, model: 'house' });
    const price = toUnits(String(usd));
    this.#reference.price = price;
    for (const one of this.#reference.calls) if (one.isHouse) one.cost = price;
    collector.nowMs += 1_000;
  }

  async #alias({ from: fromAt, to: toAt }: StepOf<'alias'>): Promise<void> {
    const from = USERS[fromAt] ?? '';
    const to = USERS[toAt] ?? '';
    // This test only uses chains of one alias.
    const isFree = ![...this.#reference.aliases].flat().some((id) => id === from || id === to);
    if (from === to || !isFree) return;
    await this.#send('POST', `/api/users/${from}/alias`, { userId: to });
    this.#reference.aliases.set(from, to);
  }

  async #unalias({ from: fromAt }: StepOf<'unalias'>): Promise<void> {
    const from = USERS[fromAt] ?? '';
    if (this.#reference.aliases.delete(from)) await this.#send('POST', `/api/users/${from}/unalias`);
  }

  async #erase({ user: at }: StepOf<'erase'>): Promise<void> {
    const reference = this.#reference;
    const id = reference.canonical(USERS[at] ?? '');
    const ids = [id, ...[...reference.aliases].filter(([, to]) => to === id).map(([from]) => from)];
    const { status } = await this.#send('DELETE', `/api/users/${id}`);
    if (status !== 200) return;
    reference.calls = reference.calls.filter(({ user: owner }) => !ids.includes(owner));
    for (const one of ids) {
      reference.aliases.delete(one);
      reference.erasedMs.set(one, collector.nowMs);
      reference.forget(one);
    }
  }

  /** Evaluates and bills. Returns the sent and the expected alerts. */
  async report({
    fault,
    isRestart,
  }: Omit<StepOf<'report'>, 'do'>): Promise<{ readonly sent: string[]; readonly expected: string[] }> {
    if (isRestart) await collector.restart();
    biller.answer = (request) => this.#answer(request, fault);
    alerts.requests.length = 0;
    await collector.pass(5_000);
    reportedDay = today();
    const sent = alerts
      .json<{ type: string; data: { project: string; user: string } }>()
      .filter(({ data }) => data.project === this.#project)
      .map(({ type, data }) => `${type} ${data.user}`);
    const expected = this.#reference.report(today());
    await this.#send('POST', '/api/exporters/e/run', { dryRun: false });
    return { sent: sent.sort(), expected };
  }

  /** The biller's answer to events. Records each event. */
  #answer(request: { readonly body: string }, fault: Fault): { readonly status: number } | 'reset' {
    if (fault === 'error') return { status: 503 };
    for (const { id, subject, data } of JSON.parse(request.body) as {
      id: string;
      subject: string;
      data: { value: string };
    }[]) {
      const value = toUnits(data.value);
      const known = this.#bill.get(id);
      // Events with the same identifier must be equal.
      if (known !== undefined && known.value !== value) throw new Error(`${id} came with another value`);
      this.#bill.set(id, { customer: subject, value });
    }
    return fault === 'lost answer' ? 'reset' : { status: 204 };
  }
}

function today(): number {
  return Math.floor(collector.nowMs / DAY);
}

/** The amounts that are not zero, by customer. */
function nonZero(sums: ReadonlyMap<string, bigint>): [string, string][] {
  return [...sums]
    .filter(([, units]) => units !== 0n)
    .map(([id, units]): [string, string] => [id, fromUnits(units)])
    .sort(([x], [y]) => (x < y ? -1 : 1));
}

async function check(steps: readonly Step[]): Promise<void> {
  run += 1;
  const one = new Run(`run ${run}`);
  await one.setUp();
  for (const each of [...steps, { do: 'report', fault: 'none', isRestart: true } as const]) {
    if (each.do === 'report') {
      const { sent, expected } = await one.report(each);
      expect(sent).toEqual(expected);
    } else {
      await one.take(each);
    }
  }
  const { billed, expected, body } = await one.end();
  expect(billed).toEqual(expected);
  expect(body).toMatchObject({ difference: '0' });
}

const runs = Number(process.env['USERSPAN_PROPERTY_RUNS'] ?? 3);
const seed = process.env['USERSPAN_PROPERTY_SEED'];

test(
  'bills equal the ledger, and alerts equal those of a simple reference, for random events in any order',
  { timeout: Math.max(240_000, runs * 60_000) },
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16 }), check), {
      numRuns: runs,
      endOnFailure: true,
      ...(seed === undefined ? {} : { seed: Number(seed) }),
    });
  },
);
