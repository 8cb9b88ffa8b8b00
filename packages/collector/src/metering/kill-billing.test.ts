import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fromUnits, toUnits } from '@userspan/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { BILLERS } from './exporter.ts';
import type { Biller } from './exporter.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Answer, Receiver } from '../testing/receiver.ts';
import { askApi, buildCommand, spawnCollector } from '../testing/spawn-collector.ts';
import type { ApiRequest, SpawnedCollector } from '../testing/spawn-collector.ts';
import { TestBiller } from '../testing/test-biller.ts';
import { waitFor } from '../testing/wait-for.ts';

const DAY_MS = 86_400_000;
const USERS = 40;
const SINCE = new Date(Date.now() - 4 * DAY_MS).toISOString().slice(0, 10);
/** How often the collector is killed: 0 in `npm test`; see `npm run kill-billing`. */
const KILLS = Number(process.env['USERSPAN_KILLS'] ?? 0);
const seed = Number(process.env['USERSPAN_SEED'] ?? Date.now() % 1_000_000);
const name = KILLS === 0 ? 'takes minutes: npm run kill-billing' : `seed ${seed}`;

/** Random numbers from 0 to 1 for a seed. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = randomOf(seed);
const below = (count: number): number => Math.floor(random() * count);

let directory: string;
let collector: SpawnedCollector | undefined;
const billers = new Map<Biller, { readonly biller: TestBiller; readonly receiver: Receiver }>();
/** The usage of each user, in the units of `toUnits`. */
const ledger = new Map<string, bigint>();
let spans = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'userspan-kill-'));
  await buildCommand();
  for (const type of BILLERS) {
    const biller = new TestBiller(type, Date.now);
    const receiver = await startReceiver();
    receiver.answer = async (request): Promise<Answer> => {
      // Before the events are accepted, or afterwards, with or without an answer.
      const chance = random();
      await new Promise((resolve) => setTimeout(resolve, below(60)));
      if (chance < 0.05) return { status: 503 };
      const answer = biller.take(request);
      await new Promise((resolve) => setTimeout(resolve, below(60)));
      return chance < 0.1 ? 'reset' : answer;
    };
    billers.set(type, { biller, receiver });
  }
}, 60_000);
afterAll(async () => {
  await collector?.stop('SIGKILL');
  for (const { receiver } of billers.values()) await receiver.close();
  await rm(directory, { recursive: true, force: true });
});

async function start(): Promise<void> {
  collector = await spawnCollector(['--grpc-port', 'off', '--data', directory, '--allow-private-receivers']);
}

function api<T>(...request: ApiRequest): Promise<T> {
  return askApi(collector?.url, ...request);
}

/** Calls of today and of the previous days, in one request. */
async function spend(count: number): Promise<void> {
  const made = Array.from({ length: count }, () => {
    spans += 1;
    const id = `u${below(USERS)}`;
    const cost = `0.00${String(1 + below(999_999_999)).padStart(9, '0')}`;
    ledger.set(id, (ledger.get(id) ?? 0n) + toUnits(cost));
    const startTimeUnixNano = BigInt(Date.now() - below(4) * DAY_MS) * 1_000_000n;
    const attributes = {
      'user.id': id,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': `model-${below(3)}`,
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cost': Number(cost),
    };
    const times = { startTimeUnixNano, endTimeUnixNano: startTimeUnixNano + 1_000_000n };
    return span(spans, spans, attributes, times);
  });
  const sent = await post(collector?.url ?? '', requestOf(made));
  expect(sent.status).toBe(200);
  await waitFor(
    () => api<{ calls: number }>('GET', `/api/summary?from=${SINCE}T00:00:00Z`),
    ({ calls }) => calls === spans,
    60_000,
  );
}

function owed(amounts: ReadonlyMap<string, bigint>): string[] {
  return [...amounts].map(([id, units]) => `${id} ${fromUnits(units)}`).toSorted();
}

const run = (type: Biller): Promise<{ pending: number }> =>
  api('POST', `/api/exporters/${type}/run`, { dryRun: false });

test.skipIf(KILLS === 0)(
  `bills each event once when the collector is killed while it sends to every billing system (${name})`,
  async () => {
    await start();
    for (const [type, { receiver }] of billers) {
      const exporter = {
        type,
        url: receiver.url,
        apiKey: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYg==',
        since: SINCE,
      };
      await api('PUT', `/api/exporters/${type}`, {
        ...exporter,
        everySeconds: 0,
        markUp: '1.5',
        decimals: 12,
      });
    }
    for (let kill = 0; kill < KILLS; kill += 1) {
      await spend(120);
      const running = Promise.allSettled(BILLERS.map(run));
      await new Promise((resolve) => setTimeout(resolve, 30 + below(700)));
      await collector?.stop('SIGKILL');
      await running;
      await start();
    }
    await spend(30);
    const expected = owed(new Map([...ledger].map(([id, units]) => [id, (units * 3n) / 2n])));
    for (const [type, { biller }] of billers) {
      await waitFor(
        () => run(type),
        ({ pending }) => pending === 0,
        60_000,
      );
      expect([type, owed(biller.charged)]).toEqual([type, expected]);
      const { difference, uncertain } = await api<{ difference: string; uncertain: string }>(
        'GET',
        `/api/exporters/${type}/reconcile`,
      );
      expect([type, difference, uncertain]).toEqual([type, '0', '0']);
    }
  },
  120_000 + KILLS * 30_000,
);
