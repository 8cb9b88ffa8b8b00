import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, test } from 'vitest';

import { resolveOptions } from '../config/options.ts';
import { startCollector } from '../main.ts';
import type { Collector } from '../main.ts';
import { CALL, post, requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';

let data: string;
let collector: Collector | undefined;
afterEach(async () => {
  await collector?.close();
  collector = undefined;
  await rm(data, { recursive: true, force: true });
});

async function start(): Promise<Collector> {
  collector = await startCollector(
    resolveOptions({ port: 0, 'grpc-port': 'off', data, 'log-level': 'silent', 'batch-linger': 5 }),
  );
  return collector;
}

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  await writeFile(path, bytes);
}

async function damageCalls(damage: (path: string) => Promise<void>): Promise<void> {
  const folder = join(data, 'store', 'data', 'userspan', 'calls');
  const parts = (await readdir(folder)).filter((name) => /_\d+_\d+_\d+$/.test(name));
  expect(parts).not.toHaveLength(0);
  for (const part of parts) await damage(join(folder, part, 'data.bin'));
}

interface Answer {
  readonly status: number;
  readonly ids: readonly string[];
}

async function calls(): Promise<Answer> {
  const reply = await fetch(`${collector?.url}/api/calls`);
  const { data: rows = [] } = (await reply.json()) as { data?: { spanId: string }[] };
  return { status: reply.status, ids: rows.map(({ spanId }) => spanId).sort() };
}

const CALLS = 30;
/** The first periodic check runs later than this test. */
const FIRST_CHECK_MS = 15_000;

test.each([
  ['does not match its checksum', flip, 'closed'],
  ['is gone', unlink, 'open'],
] as const)(
  'a read that finds that a file %s starts a check of all files, which rebuilds the calls',
  async (_name, damage, when) => {
    data = await mkdtemp(join(tmpdir(), 'userspan-file-check-'));
    const first = await start();
    const spans = Array.from({ length: CALLS }, (_, at) => span(at + 1, 1, { ...CALL, 'user.id': `u${at}` }));
    expect((await post(first.url, requestOf(spans))).status).toBe(200);
    const whole = await waitFor(calls, ({ ids }) => ids.length === CALLS);
    await first.close();
    if (when === 'closed') await damageCalls(damage);
    const startedAt = performance.now();
    const { url } = await start();
    if (when === 'open') await damageCalls(damage);
    // Until the calls are rebuilt, the answer is an error, or a list while /healthz reports damage.
    expect(await waitFor(calls, ({ ids }) => ids.length === CALLS, 60_000)).toEqual(whole);
    expect(performance.now() - startedAt).toBeLessThan(FIRST_CHECK_MS);
    const health = await waitFor(
      async () => (await (await fetch(`${url}/healthz`)).json()) as { files?: { state: string } },
      ({ files }) => files?.state === 'ok',
    );
    expect(health).toMatchObject({ files: { state: 'ok' } });
  },
  90_000,
);
