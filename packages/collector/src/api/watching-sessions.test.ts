import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { resolveOptions } from '../config/options.ts';
import { startCollector } from '../main.ts';
import type { Collector } from '../main.ts';

const token = 'a-reader-of-this-test';
let data: string;
let collector: Collector;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'userspan-events-'));
  collector = await startCollector(
    resolveOptions({ port: 0, 'grpc-port': 'off', data, token: [`read=${token}`], 'log-level': 'silent' }),
  );
});
afterEach(async () => {
  await collector.close();
  await rm(data, { recursive: true });
});

test('signing out immediately closes the event streams of the session, and not those of other sessions', async () => {
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
});

test('an event stream ends when its client closes its side, before or after the answer', async () => {
  const { hostname, port } = new URL(collector.url);
  const head = `GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  for (const endsBefore of [true, false]) {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    const isOver = once(socket, 'close');
    socket.write(head);
    if (!endsBefore) await once(socket, 'data');
    const from = performance.now();
    socket.end();
    await isOver;
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
  }
});

test('HEAD of the event stream ends immediately and does not count as a watcher', async () => {
  const headers = { authorization: `Bearer ${token}` };
  for (let count = 0; count < 250; count += 1) {
    const reply = await fetch(`${collector.url}/api/events`, { method: 'HEAD', headers });
    expect(reply.status).toBe(200);
  }
  const watching = await fetch(`${collector.url}/api/events`, { headers });
  expect(watching.status).toBe(200);
  await watching.body?.cancel();
});

test('150 concurrent clients of the event stream get the figures, and other requests are answered meanwhile', async () => {
  const headers = { authorization: `Bearer ${token}` };
  const watching = await Promise.all(
    Array.from({ length: 150 }, async () => {
      const reply = await fetch(`${collector.url}/api/events`, { headers });
      const reader = reply.body?.getReader();
      const first = await reader?.read();
      await reader?.cancel();
      return [
        reply.status,
        Buffer.from(first?.value ?? [])
          .toString('utf8')
          .includes('event: figures'),
      ];
    }),
  );
  expect(new Set(watching.map(String))).toEqual(new Set(['200,true']));
});
