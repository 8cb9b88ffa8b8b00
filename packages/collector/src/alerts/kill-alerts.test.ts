import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fromUnits, toUnits } from '@userspan/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startClickHouseFront } from '../testing/clickhouse-front.ts';
import type { ClickHouseFront } from '../testing/clickhouse-front.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Answer, ReceivedRequest, Receiver } from '../testing/receiver.ts';
import { askApi, buildCommand, spawnCollector } from '../testing/spawn-collector.ts';
import type { ApiRequest, SpawnedCollector } from '../testing/spawn-collector.ts';
import { TestBiller } from '../testing/test-biller.ts';
import { waitFor } from '../testing/wait-for.ts';

/** How often the evaluating collector is killed: 0 in `npm test`; see `npm run kill-alerts`. */
const KILLS = Number(process.env['USERSPAN_KILLS'] ?? 0);
const NAMES = ['first', 'second'] as const;
type Name = (typeof NAMES)[number];

/** The moments at which the collector is killed. */
const MOMENTS = [
  'a message was decided and stored, and not sent',
  'a message arrived, and was not answered',
  'a message was answered, and the answer not stored',
  'a meter event arrived, and was not answered',
] as const;

let folder: string;
let front: ClickHouseFront;
let receiver: Receiver;
let biller: Receiver;
const taken = new TestBiller('openmeter', Date.now);
const collectors = new Map<Name, SpawnedCollector>();
/** The evaluating collector, recognized by the links in its messages. */
let holder: Name = 'first';
let kill: (() => void) | undefined;
let moment: (typeof MOMENTS)[number] | undefined;

async function start(name: Name): Promise<void> {
  const collector = await spawnCollector(
    [
      '--grpc-port',
      'off',
      '--data',
      join(folder, name),
      '--allow-private-receivers',
      '--store',
      `clickhouse://127.0.0.1:${front.port}/default`,
      '--public-url',
      `http://${name}.example.com`,
    ],
    { USERSPAN_SECRETS_KEY: 'the key of this test, 32 characters' },
  );
  collectors.set(name, collector);
}

/** Kills the evaluating collector at the chosen moment. */
function dieIf(now: (typeof MOMENTS)[number]): boolean {
  if (moment !== now || kill === undefined) return false;
  const once = kill;
  kill = undefined;
  once();
  return true;
}

beforeAll(async () => {
  if (KILLS === 0) return;
  folder = await mkdtemp(join(tmpdir(), 'userspan-kill-'));
  await buildCommand();
  front = await startClickHouseFront(join(folder, 'store'));
  const statements = front.statements as string[];
  const push = statements.push.bind(statements);
  statements.push = (...added) => {
    // The row is in the store a moment later, even if the collector is killed.
    if (added.some((sql) => /^INSERT INTO `?deliveries/.test(sql))) dieIf(MOMENTS[0]);
    return push(...added);
  };
  receiver = await startReceiver();
  receiver.answer = ({ body }): Answer => {
    const { data } = JSON.parse(body) as { data: { link: string } };
    holder = data.link.includes('//first.') ? 'first' : 'second';
    if (dieIf(MOMENTS[1])) return 'reset';
    if (moment === MOMENTS[2]) setImmediate(() => dieIf(MOMENTS[2]));
    return { status: 204 };
  };
  biller = await startReceiver();
  biller.answer = (request: ReceivedRequest): Answer => {
    const answer = taken.take(request);
    return dieIf(MOMENTS[3]) ? 'reset' : answer;
  };
  await start('first');
  await start('second');
}, 120_000);
afterAll(async () => {
  if (KILLS === 0) return;
  for (const collector of collectors.values()) await collector.stop('SIGKILL');
  await receiver.close();
  await biller.close();
  await front.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}, 60_000);

function api<T>(name: Name, ...request: ApiRequest): Promise<T> {
  return askApi(collectors.get(name)?.url, ...request);
}

let spans = 0;

/** A call of $1.25 by a new user. */
async function spend(name: Name, user: string): Promise<void> {
  spans += 1;
  const startTimeUnixNano = BigInt(Date.now()) * 1_000_000n;
  const attributes = {
    'user.id': user,
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.cost': 1.25,
  };
  const times = { startTimeUnixNano, endTimeUnixNano: startTimeUnixNano + 1_000_000n };
  const sent = await post(
    collectors.get(name)?.url ?? '',
    requestOf([span(spans, spans, attributes, times)]),
  );
  expect(sent.status).toBe(200);
}

/** Distinct ids of the messages about a user. */
function messagesOf(user: string): Set<string> {
  const about = receiver.requests.filter(
    ({ body }) => (JSON.parse(body) as { data: { user?: string } }).data.user === user,
  );
  return new Set(about.map(({ headers }) => String(headers['webhook-id'])));
}

test.skipIf(KILLS === 0)(
  'keeps message ids and charges events once when the evaluating one of two collectors is killed (takes minutes: npm run kill-alerts)',
  async () => {
    await api('first', 'POST', '/api/channels', { id: 'hook', type: 'webhook', url: receiver.url });
    await api('first', 'PUT', '/api/alerts/any', {
      measure: 'cost',
      of: 'user',
      window: '31d',
      thresholds: [{ value: 1 }],
      channels: ['hook'],
    });
    await api('first', 'PUT', '/api/exporters/meter', {
      type: 'openmeter',
      url: biller.url,
      apiKey: 'a-key',
      everySeconds: 1,
    });
    await spend('first', 'before');
    await waitFor(
      async () => messagesOf('before').size,
      (size) => size === 1,
      120_000,
    );
    const waited: string[] = [];
    for (let at = 0; at < KILLS; at += 1) {
      const killed = holder;
      const other = killed === 'first' ? 'second' : 'first';
      const user = `u${at}`;
      moment = MOMENTS[at % MOMENTS.length];
      const death = new Promise<void>((resolve) => {
        kill = () =>
          void collectors
            .get(killed)
            ?.stop('SIGKILL')
            .then(() => resolve());
      });
      await spend(other, user);
      await death;
      const diedAt = performance.now();
      // The other collector takes over 45 seconds after the last heartbeat.
      await waitFor(
        async () => messagesOf(user).size,
        (size) => size > 0,
        120_000,
      );
      await spend(other, `${user} after`);
      await waitFor(
        async () => messagesOf(`${user} after`).size,
        (size) => size > 0,
        120_000,
      );
      waited.push(`${moment}: ${((performance.now() - diedAt) / 1000).toFixed(0)} s`);
      await start(killed);
    }
    await waitFor(
      () => api<{ difference: string }>(holder, 'GET', '/api/exporters/meter/reconcile'),
      ({ difference }) => difference === '0',
      120_000,
    );
    const users = ['before', ...Array.from({ length: KILLS }, (_, at) => [`u${at}`, `u${at} after`]).flat()];
    expect(users.map((user) => [user, messagesOf(user).size])).toEqual(users.map((user) => [user, 1]));
    const charged = [...taken.charged].map(([user, units]) => `${user} ${fromUnits(units)}`).toSorted();
    expect(charged).toEqual(users.map((user) => `${user} ${fromUnits(toUnits('1.25'))}`).toSorted());
    const sent = receiver.requests.length - users.length;
    console.info(`${waited.join('\n')}\n${users.length} messages, ${sent} of them sent once more`);
  },
  120_000 + KILLS * 240_000,
);
