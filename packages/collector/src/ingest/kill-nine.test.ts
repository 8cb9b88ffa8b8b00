import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChdb } from '../storage/engine/chdb-store.ts';
import { CALL, post, requestOf, span } from '../testing/otlp-spans.ts';
import { buildCommand, spawnCollector, type SpawnedCollector } from '../testing/spawn-collector.ts';
import { waitFor } from '../testing/wait-for.ts';

const KILLS = process.env.USERSPAN_TEST_ALL === '1' ? 20 : 5;
const SPANS_PER_REQUEST = 60;
const SPANS_PER_TRACE = 3;
const CONNECTIONS = 6;

let data: string;

beforeAll(async () => {
  await buildCommand();
  data = await mkdtemp(join(tmpdir(), 'userspan-kill-'));
}, 60_000);

afterAll(() => rm(data, { recursive: true }));

/** Sends requests until the collector is killed, and records the acknowledged ones. */
async function sendUntilDeath(url: string, next: () => number, acknowledged: Set<number>): Promise<void> {
  for (;;) {
    const first = next();
    const spans = Array.from({ length: SPANS_PER_REQUEST }, (_, i) => {
      const number = first + i;
      return span(Math.floor(number / SPANS_PER_TRACE), number, { ...CALL, 'user.id': `u${number % 50}` });
    });
    const response = await post(url, requestOf(spans)).catch(() => undefined);
    if (response === undefined) {
      return;
    }
    if (response.status === 200) {
      acknowledged.add(first);
    }
  }
}

async function killUnderLoad(
  collector: SpawnedCollector,
  next: () => number,
  acknowledged: Set<number>,
): Promise<void> {
  const senders = Array.from({ length: CONNECTIONS }, () =>
    sendUntilDeath(collector.url, next, acknowledged),
  );
  // At any moment: while the log or a batch is written, or while nothing is.
  await sleep(50 + Math.random() * 700);
  await collector.stop('SIGKILL');
  await Promise.all(senders);
}

test(`stores every acknowledged span once, with matching sums, when killed ${KILLS} times under load`, async () => {
  const acknowledged = new Set<number>();
  let given = 0;
  const next = (): number => {
    given += SPANS_PER_REQUEST;
    return given - SPANS_PER_REQUEST;
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    await killUnderLoad(await spawnCollector(['--data', data, '--log-level', 'error']), next, acknowledged);
  }
  const survivor = await spawnCollector(['--data', data, '--log-level', 'error']);
  const health = (): Promise<{ store: { lagBytes: number } }> =>
    fetch(`${survivor.url}/healthz`).then(
      (response) => response.json() as Promise<{ store: { lagBytes: number } }>,
    );
  await waitFor(health, ({ store }) => store.lagBytes === 0, 60_000);
  expect(survivor.stderr()).toBe('');
  expect(await survivor.stop('SIGTERM')).toBe(0);

  const store = await openChdb({ directory: join(data, 'store') });
  try {
    const stored = await store.query<{ n: string; count: string }>(
      'SELECT toString(toUInt32(id % 4294967296)) AS n, toString(count()) AS count FROM spans FINAL GROUP BY n',
    );
    const twice = stored.filter(({ count }) => count !== '1');
    const numbers = new Set(stored.map(({ n }) => Number(n)));
    const lost = [...acknowledged].flatMap((first) =>
      Array.from({ length: SPANS_PER_REQUEST }, (_, i) => first + i).filter((number) => !numbers.has(number)),
    );
    expect({ lost, twice }).toEqual({ lost: [], twice: [] });
    expect(acknowledged.size).toBeGreaterThan(KILLS);

    const [raw] = await store.query(
      'SELECT toString(count()) AS calls, toString(sum(input_tokens)) AS input, toString(sum(cost)) AS cost FROM calls FINAL',
    );
    const [rolledUp] = await store.query(
      'SELECT toString(sum(calls)) AS calls, toString(sum(input_tokens)) AS input, toString(sum(cost)) AS cost FROM usage_by_minute',
    );
    expect(raw).toMatchObject({ calls: String(numbers.size), input: String(numbers.size * 1000) });
    expect(rolledUp).toEqual(raw);
  } finally {
    await store.close();
  }
}, 180_000);
