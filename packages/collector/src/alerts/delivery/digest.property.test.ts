import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { storageOf } from '../../storage/storage.ts';
import type { Store } from '../../storage/engine/store.ts';
import { openAlertingCollector, testBox, withInsert } from '../../testing/alerting-collector.ts';
import type { AlertingCollector } from '../../testing/alerting-collector.ts';
import { startReceiver } from '../../testing/receiver.ts';
import type { Receiver } from '../../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../../testing/trace-of.ts';
import { Alerting } from '../alerting.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const RUNS = Number(process.env['USERSPAN_PROPERTY_RUNS'] ?? 1);

interface Digest {
  readonly data: { readonly alerts: readonly { readonly type: string; readonly link: string }[] };
}

/** Evaluates alerts as one collector does, until it is killed after a number of inserts. */
interface Evaluator {
  readonly alerting: Alerting;
  insertsLeft: number;
}

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

function start(collector: AlertingCollector, isAlone: boolean): Evaluator {
  const evaluator: { insertsLeft: number; alerting?: Alerting } = { insertsLeft: Number.POSITIVE_INFINITY };
  const insert: Store['insert'] = async (rows) => {
    if (evaluator.insertsLeft <= 0) throw new Error('killed');
    evaluator.insertsLeft -= 1;
    await collector.store.store.insert(rows);
  };
  const store = withInsert(collector.store.store, insert);
  evaluator.alerting = new Alerting({
    store: storageOf(store),
    box: testBox,
    clock: () => collector.nowMs,
    allowsPrivate: true,
    publicUrl: 'https://userspan.example.com',
    lease: { isAlone, wait: async () => undefined, clock: () => collector.nowMs },
  });
  return evaluator as Evaluator;
}

/** Random numbers from 0 to 1 for a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One run: its collectors, the spend, and the received digests. */
class Run {
  readonly happened: string[];
  readonly #collector: AlertingCollector;
  readonly #project: string;
  readonly #random: () => number;
  readonly #isAlone: boolean;
  readonly #spent = new Map<string, number>();
  /** Received digests by webhook id, by which a receiver detects repeated messages. */
  readonly #digests = new Map<string, Digest>();
  #evaluators: Evaluator[];

  constructor(collector: AlertingCollector, project: string, seed: number, isAlone: boolean) {
    this.happened = [`seed ${seed}`];
    this.#collector = collector;
    this.#project = project;
    this.#random = randomOf(seed);
    this.#isAlone = isAlone;
    this.#evaluators = Array.from({ length: isAlone ? 1 : 2 }, () => start(collector, isAlone));
  }

  #upTo(count: number): number {
    return Math.floor(this.#random() * count);
  }

  /** @returns the status of each answer. */
  async configure(): Promise<readonly number[]> {
    const digest = { at: '09:00', timeZone: 'Europe/Berlin' };
    const channel = { id: 'c', type: 'webhook', url: receiver.url, digest };
    const rule = { measure: 'cost', of: 'user', window: 'day', thresholds: [{ value: 1 }], channels: ['c'] };
    const added = await this.#collector.request('POST', '/api/channels', channel, this.#project);
    const put = await this.#collector.request('PUT', '/api/alerts/r', rule, this.#project);
    return [added.status, put.status];
  }

  /** Executes a random step, then evaluates in every collector. */
  async step(): Promise<void> {
    const dice = this.#random();
    const name = `u${this.#upTo(5)}`;
    if (dice < 0.3) await this.#spend(name, this.#random() < 0.5 ? 0.5 : 1.25, 0);
    else if (dice < 0.4) await this.#spend(name, 0.75, this.#upTo(20) * MINUTE);
    else if (dice < 0.5) this.#killSoon();
    else if (dice < 0.6) receiver.answer = this.#random() < 0.5 ? () => ({ status: 204 }) : () => 'reset';
    else if (dice < 0.65) this.#collector.nowMs -= this.#upTo(30) * MINUTE;
    else this.#collector.nowMs += this.#upTo(180) * MINUTE;
    await this.#look();
  }

  #killSoon(): void {
    const victim = this.#evaluators.at(this.#upTo(this.#evaluators.length));
    if (victim !== undefined) victim.insertsLeft = this.#upTo(6);
  }

  async #spend(name: string, usd: number, agoMs: number): Promise<void> {
    spanId += 1;
    const atMs = this.#collector.nowMs - agoMs;
    const key = `${name} ${new Date(atMs).toISOString().slice(0, 10)}`;
    this.#spent.set(key, (this.#spent.get(key) ?? 0) + usd);
    this.#note(`${name} spends ${usd} at ${new Date(atMs).toISOString()}`);
    const attributes = { ...call({ 'gen_ai.usage.cost': usd }), ...user(name) };
    const span = { id: spanId, trace: spanId, project: this.#project, atMs: atMs - NOON_MS, attributes };
    await this.#collector.store.pipeline.write(batch(span));
  }

  #note(text: string): void {
    this.happened.push(`${new Date(this.#collector.nowMs).toISOString()} ${text}`);
  }

  async #look(): Promise<void> {
    await Promise.all(
      this.#evaluators.map(async ({ alerting }) => {
        const waitsForReceivers = this.#random() < 0.7;
        await alerting.tick({ waitsForReceivers }).catch((error: unknown) => {
          if (!String(error).includes('killed')) throw error;
        });
      }),
    );
    this.#evaluators = this.#evaluators.map((evaluator) => {
      if (evaluator.insertsLeft > 0) return evaluator;
      this.#note('killed');
      return start(this.#collector, this.#isAlone);
    });
    for (const { headers, body } of receiver.requests.splice(0)) {
      this.#note(`receives ${body}`);
      this.#digests.set(String(headers['webhook-id']), JSON.parse(body) as Digest);
    }
  }

  /** Three days without a call, a kill or a failure. */
  async end(): Promise<void> {
    receiver.answer = () => ({ status: 204 });
    for (const evaluator of this.#evaluators) evaluator.insertsLeft = Number.POSITIVE_INFINITY;
    for (let hours = 0; hours < 72; hours += 2) {
      this.#collector.nowMs += 120 * MINUTE;
      await this.#look();
    }
    for (const { alerting } of this.#evaluators) await alerting.stop();
    await this.#look();
    await this.#collector.request('DELETE', '/api/alerts/r', undefined, this.#project);
  }

  /** The fired events in digests (`u1 2026-11-20`), and the number of resolved events of each user. */
  told(): { readonly fired: readonly string[]; readonly resolved: ReadonlyMap<string, number> } {
    const fired: string[] = [];
    const resolved = new Map<string, number>();
    for (const { type, link } of [...this.#digests.values()].flatMap(({ data }) => data.alerts)) {
      const { id = '', from = '' } = Object.fromEntries(new URL(link).searchParams);
      if (type === 'alert.fired') fired.push(`${id} ${from.slice(0, 10)}`);
      else resolved.set(id, (resolved.get(id) ?? 0) + 1);
    }
    return { fired: fired.toSorted(), resolved };
  }

  /**
   * The expected fired events, and how often each user's alert resolves: once per day, or once for consecutive days if no evaluation
   * ran before the figure of the next day also met the threshold.
   */
  expected(): {
    readonly fired: readonly string[];
    readonly resolved: ReadonlyMap<string, { readonly atLeast: number; readonly atMost: number }>;
  } {
    const fired = [...this.#spent].flatMap(([key, usd]) => (usd >= 1 ? [key] : [])).toSorted();
    const resolved = new Map<string, { atLeast: number; atMost: number }>();
    for (const key of fired) {
      const [name = '', day = ''] = key.split(' ');
      const dayBefore = new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);
      const count = resolved.get(name) ?? { atLeast: 0, atMost: 0 };
      if (!fired.includes(`${name} ${dayBefore}`)) count.atLeast += 1;
      count.atMost += 1;
      resolved.set(name, count);
    }
    return { fired, resolved };
  }
}

let spanId = 0;

test.each([
  ['one collector', 'chdb'],
  ['two collectors on one store', 'clickhouse'],
] as const)(
  'each event is in exactly one digest, despite kills, late calls, a receiver that is down and a clock that is set back: %s',
  async (_, kind) => {
    const collector = await openAlertingCollector(kind);
    onTestFinished(() => collector.close());
    for (let number = 0; number < RUNS; number += 1) {
      const seed = Number(process.env['USERSPAN_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
      const run = new Run(collector, `p${number}`, seed, kind === 'chdb');
      expect(await run.configure()).toEqual([201, 200]);
      for (const endMs = collector.nowMs + 2 * DAY; collector.nowMs < endMs;) await run.step();
      await run.end();
      const told = run.told();
      const expected = run.expected();
      expect(told.fired, run.happened.join('\n')).toEqual(expected.fired);
      expect([...told.resolved.keys()].toSorted()).toEqual([...expected.resolved.keys()]);
      for (const [name, { atLeast, atMost }] of expected.resolved) {
        expect(told.resolved.get(name), run.happened.join('\n')).toBeGreaterThanOrEqual(atLeast);
        expect(told.resolved.get(name), run.happened.join('\n')).toBeLessThanOrEqual(atMost);
      }
    }
  },
  120_000 + RUNS * 60_000,
);
