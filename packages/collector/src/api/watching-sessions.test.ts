import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { resolveOptions } from '../config/options.ts';
import { startCollector } from '../main.ts';

test('signing out closes the event streams of the session at once, and not those of other sessions', async () => {
  const data = await mkdtemp(join(tmpdir(), 'userspan-events-'));
  const token = 'a-reader-of-this-test';
  const collector = await startCollector(
    resolveOptions({ port: 0, 'grpc-port': 'off', data, token: [`read=${token}`], 'log-level': 'silent' }),
  );
  const session = async (): Promise<Record<string, string>> => {
    const reply = await fetch(`${collector.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    return { cookie: reply.headers.get('set-cookie')?.split(';')[0] ?? '' };
  };
  const watch = async (headers: Record<string, string>): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const reply = await fetch(`${collector.url}/api/events`, { headers });
    const reader = reply.body?.getReader();
    if (reader === undefined) throw new Error('there is no body');
    await reader.read();
    return reader;
  };
  const [mine, theirs] = [await session(), await session()];
  const readers = [await watch(mine), await watch(theirs), await watch({ authorization: `Bearer ${token}` })];
  const ended = readers.map(async (reader) => {
    while (!(await reader.read()).done);
    return performance.now();
  });
  const from = performance.now();
  await fetch(`${collector.url}/api/session`, { method: 'DELETE', headers: mine });
  expect(((await ended[0]) ?? Infinity) - from).toBeLessThan(1000);
  expect((await fetch(`${collector.url}/api/events`, { headers: mine })).status).toBe(401);
  const others = Promise.race(ended.slice(1)).then(() => 'ended');
  expect(await Promise.race([others, Promise.resolve('watching')])).toBe('watching');
  await collector.close();
  await rm(data, { recursive: true });
}, 30_000);
