import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { CALL, idOf, post, requestOf, span } from '../testing/otlp-spans.ts';
import { askApi, buildCommand, spawnCollector } from '../testing/spawn-collector.ts';
import type { SpawnedCollector } from '../testing/spawn-collector.ts';
import { waitFor } from '../testing/wait-for.ts';

/** Two full early parts and an incomplete one: see `MAX_EARLIER_SPANS_OF_PART`. */
const CALLS = 45_000;
const SPANS_OF_REQUEST = 5_000;
const TRACE = 1;
/** A busy machine is ten times as slow. */
const TIMEOUT_MS = 120_000;

interface User {
  readonly id: string;
  readonly calls: number;
}

let directory: string;
let collector: SpawnedCollector | undefined;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'userspan-parts-'));
  await buildCommand();
}, 60_000);
afterAll(async () => {
  await collector?.stop('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

async function start(folder: string): Promise<SpawnedCollector> {
  collector = await spawnCollector(['--grpc-port', 'off', '--data', join(directory, folder)]);
  return collector;
}

/** Calls whose root has not arrived. Every seventh names its user. */
async function sendCalls({ url }: SpawnedCollector): Promise<void> {
  for (let from = 1; from <= CALLS; from += SPANS_OF_REQUEST) {
    const spans = Array.from({ length: SPANS_OF_REQUEST }, (_, at) =>
      span(
        TRACE,
        from + at,
        { ...CALL, ...((from + at) % 7 === 0 ? { 'user.id': `own ${at % 3}` } : {}) },
        { parentSpanId: idOf(8, 0) },
      ),
    );
    expect((await post(url, requestOf(spans))).status).toBe(200);
  }
  await isStored(url);
}

function isStored(url: string): Promise<unknown> {
  return waitFor(
    () => askApi<{ store: { lagBytes: number } }>(url, 'GET', '/healthz'),
    ({ store }) => store.lagBytes === 0,
    TIMEOUT_MS,
  );
}

/** The root span, which names the user of the calls. */
async function sendRoot({ url }: SpawnedCollector): Promise<void> {
  const root = span(TRACE, 0, { 'user.id': 'late', 'user.name': 'Ann' });
  expect((await post(url, requestOf([root]))).status).toBe(200);
}

async function callsOfLate(url: string): Promise<number> {
  const { data } = await askApi<{ data: readonly User[] }>(url, 'GET', '/api/users');
  return data.find(({ id }) => id === 'late')?.calls ?? 0;
}

async function figures({ url }: SpawnedCollector): Promise<unknown> {
  await isStored(url);
  const differences = await waitFor(
    () => askApi<{ data: readonly unknown[] }>(url, 'GET', '/api/rollups/differences'),
    ({ data }) => data.length === 0,
    TIMEOUT_MS,
  );
  const users = await askApi<object>(url, 'GET', '/api/users');
  const { calls, cost, unattributed } = await askApi<Record<string, unknown>>(url, 'GET', '/api/summary');
  return { users, calls, cost, unattributed, differences };
}

test(
  'has the right figures for a trace after a kill between two parts of its corrections',
  async () => {
    const fresh = await start('fresh');
    await sendCalls(fresh);
    await sendRoot(fresh);
    const expected = await figures(fresh);
    await fresh.stop('SIGKILL');

    await sendCalls(await start('killed'));
    await collector?.stop('SIGTERM');
    const killed = await start('killed');
    await sendRoot(killed);
    const corrected = await waitFor(
      () => callsOfLate(killed.url),
      (calls) => calls > 0,
      TIMEOUT_MS,
    );
    await killed.stop('SIGKILL');
    // Some parts were stored, but not all.
    expect(corrected).toBeLessThan((CALLS * 6) / 7);
    const again = await start('killed');
    expect(await callsOfLate(again.url)).toBeGreaterThanOrEqual(corrected);
    expect(await figures(again)).toEqual(expected);
    await again.stop('SIGTERM');
  },
  4 * TIMEOUT_MS,
);
