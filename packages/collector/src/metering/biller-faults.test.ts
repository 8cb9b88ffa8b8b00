import { fromUnits, toUnits } from '@userspan/ledger';
import { storageOf } from '../storage/storage.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { newWebhookSecret } from '../alerts/channels/sign-webhook.ts';
import { VersionedWriter } from '../storage/write/alerting/versioned-writer.ts';
import { openAlertingCollector } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Answer, ReceivedRequest, Receiver } from '../testing/receiver.ts';
import { TestBiller } from '../testing/test-biller.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import { BILLERS, parseExporter } from './exporter.ts';
import type { Biller } from './exporter.ts';
import { Meter } from './meter.ts';
import type { MeterTarget } from './meter.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** The time limit for a biller that does not answer. */
const SHORT_TIMEOUT_MS = 200;
const LONG_TIMEOUT_MS = 15_000;

let collector: AlertingCollector;
let receiver: Receiver;
beforeAll(async () => {
  collector = await openAlertingCollector();
  receiver = await startReceiver();
}, 60_000);
afterAll(async () => {
  await collector.close();
  await receiver.close();
}, 60_000);

/** A biller with its collector and project. */
interface Bench {
  readonly type: Biller;
  readonly biller: TestBiller;
  /** The usage of each customer, added up from the calls. */
  readonly used: Map<string, bigint>;
  readonly spend: (calls: Readonly<Record<string, string>>, atMs?: number) => Promise<void>;
  /** Runs a round in which the biller does not answer. */
  readonly hangs: (isTaken: boolean) => Promise<void>;
  /** Runs a round of the background exporter, by default after its longest waiting time for an unavailable biller. */
  readonly round: (afterMs?: number) => Promise<void>;
  /** Ends the process at its nth write about meter events, and starts another. */
  readonly crashAtWrite: (nth: number) => Promise<void>;
  /** Makes the biller answer correctly, or with the given fault. */
  readonly answers: (answer?: (request: ReceivedRequest, isSession: boolean) => Answer) => void;
}

let spanId = 0;

function openBench(type: Biller): Bench {
  const project = `billed by ${type}`;
  const biller = new TestBiller(type, () => collector.nowMs);
  const used = new Map<string, bigint>();
  const apiKey = type === 'webhook' ? newWebhookSecret() : 'sk_test_0123456789abcdef';
  const input = { type, apiKey, url: receiver.url, customer: 'user', since: '2026-11-10', everySeconds: 1 };
  const target: MeterTarget = { project, ...parseExporter(input, 'e', '2026-11-10') };
  let timeoutMs = LONG_TIMEOUT_MS;
  const meterOf = (writer: VersionedWriter): Meter =>
    new Meter({
      store: storageOf(collector.store.store),
      writer,
      clock: () => collector.nowMs,
      allowsPrivate: true,
      get timeoutMs() {
        return timeoutMs;
      },
    });
  let meter = meterOf(new VersionedWriter(collector.store.store, () => collector.nowMs));
  const bench: Bench = {
    type,
    biller,
    used,
    async spend(calls, atMs = collector.nowMs) {
      const spans = Object.entries(calls).map(([customer, usd]) => {
        spanId += 1;
        used.set(customer, (used.get(customer) ?? 0n) + toUnits(usd));
        const attributes = { ...call({ 'gen_ai.usage.cost': Number(usd) }), ...user(customer) };
        return { id: spanId, trace: spanId, project, atMs: atMs - NOON_MS, attributes };
      });
      await collector.store.pipeline.write(batch(...spans));
    },
    async hangs(isTaken) {
      bench.answers((request, isSession) => {
        const answer = isTaken ? biller.take(request) : 'hang';
        return isSession ? answer : 'hang';
      });
      timeoutMs = SHORT_TIMEOUT_MS;
      await bench.round();
      timeoutMs = LONG_TIMEOUT_MS;
    },
    async round(afterMs = 61 * MINUTE) {
      collector.nowMs += afterMs;
      await meter.runDue([target], collector.nowMs);
    },
    async crashAtWrite(nth) {
      const writer = new VersionedWriter(collector.store.store, () => collector.nowMs);
      let writes = 0;
      const dying = new Proxy(writer, {
        get: (real, name) =>
          name === 'write'
            ? async (table: string, rows: Parameters<VersionedWriter['write']>[1]) => {
                if (rows.length > 0) writes += 1;
                if (writes >= nth) throw new Error('killed');
                await real.write(table, rows);
              }
            : Reflect.get(real, name, real),
      });
      meter = meterOf(dying);
      bench.answers();
      await bench.round().catch((error: unknown) => expect(error).toEqual(new Error('killed')));
      collector.nowMs += 1;
      meter = meterOf(new VersionedWriter(collector.store.store, () => collector.nowMs));
    },
    answers(answer) {
      receiver.answer = (request) =>
        answer === undefined
          ? biller.take(request)
          : answer(request, request.path.endsWith('/meter_event_session'));
    },
  };
  return bench;
}

const nonZero = (sums: ReadonlyMap<string, bigint>): Record<string, string> =>
  Object.fromEntries(
    [...sums].filter(([, units]) => units !== 0n).map(([id, units]) => [id, fromUnits(units)]),
  );

/** Faults in four periods. After each, the biller works again, and the result must equal that without faults. */
const FAULTS: readonly (readonly [name: string, run: (bench: Bench) => Promise<void>])[] = [
  [
    'no answer: hanging and reset connections before and after it accepted the events, and a killed process',
    async ({ answers, round, hangs, crashAtWrite, biller }) => {
      await hangs(false);
      answers(() => 'reset');
      await round();
      await hangs(true);
      answers((request, isSession) => {
        const answer = biller.take(request);
        return isSession ? answer : 'reset';
      });
      await round();
      await crashAtWrite(1);
    },
  ],
  [
    'errors: 500 for an hour, an unknown key, 429 with Retry-After',
    async ({ answers, round, spend }) => {
      answers(() => ({ status: 500 }));
      await round();
      await spend({ a: '0.01' });
      await round();
      answers(() => ({ status: 401, body: '{"error":"not known"}' }));
      await round();
      answers(() => ({ status: 429, headers: { 'retry-after': '3000' } }));
      await round();
      const asked = receiver.requests.length;
      await round(49 * MINUTE);
      expect(receiver.requests.length).toBe(asked);
    },
  ],
  [
    'invalid success: the page of a proxy, an error, an incomplete answer',
    async ({ answers, round, type }) => {
      // A webhook receiver may answer with any body.
      const status = type === 'webhook' ? 502 : 200;
      for (const body of ['<html>Down for maintenance</html>', '{"error":{"message":"internal"}}', '{"eve']) {
        answers(() => ({ status, body }));
        await round();
      }
    },
  ],
  [
    'unavailable for a day, with further calls',
    async ({ answers, round, spend }) => {
      answers(() => ({ status: 503 }));
      for (let part = 0; part < 3; part += 1) {
        await round();
        await spend({ b: '0.000000000001' });
        collector.nowMs += 9 * 60 * MINUTE;
      }
    },
  ],
  [
    'a partly accepted batch: an unknown customer does not delay others; a killed process; a late call',
    async ({ answers, round, spend, crashAtWrite, biller, used }) => {
      // A customer whose name equals a biller's message about a duplicate event.
      const odd = 'a duplicate, already_exists';
      await spend({ [odd]: '0.5' });
      biller.unknown.add('b').add(odd);
      answers();
      await round();
      const { b: _b, [odd]: _odd, ...others } = nonZero(used);
      const { b: _charged, ...charged } = nonZero(biller.charged);
      expect(charged).toEqual(others);
      // Later usage of other customers is billed, and a second rejection changes nothing.
      await spend({ b: '0.2', c: '0.3' });
      await round();
      expect(nonZero(biller.charged)['c']).toBe(nonZero(used)['c']);
      biller.unknown.clear();
      // The second write is after the request, or before it if the biller forgets identifiers.
      await spend({ late: '0.7' }, collector.nowMs - 5 * DAY);
      await crashAtWrite(2);
      await spend({ late: '0.1' });
      await crashAtWrite(3);
    },
  ],
];

test.each(BILLERS)(
  'bills every amount exactly once: %s',
  async (type) => {
    const bench = openBench(type);
    const { biller, used, spend } = bench;
    for (const [name, fault] of FAULTS) {
      await spend({ a: '0.100000000001', b: '0.37', c: '2.000000000001' });
      await fault(bench);
      bench.answers();
      await bench.round();
      expect([name, nonZero(biller.charged)]).toEqual([name, nonZero(used)]);
    }
  },
  240_000,
);
