import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';
import { WriteAheadLog } from '../wal/write-ahead-log.ts';

let data: string;
const open: { close(): Promise<unknown> }[] = [];
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'userspan-damage-'));
});
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) {
    await each.close();
  }
  await rm(data, { recursive: true, force: true });
});

/** A log of nine requests in several files, which neither the store nor a receiver has read. */
async function fill(): Promise<string[]> {
  const log = await WriteAheadLog.open({ dir: join(data, 'log'), limitBytes: 1 << 30, segmentBytes: 1_500 });
  await log.cursor('store', 0);
  for (let i = 1; i <= 9; i += 1) {
    const body = requestOf([span(i, i, { tags: 'x'.repeat(400) })]);
    await log.append({
      signal: 'traces',
      project: 'default',
      claimed: false,
      receivedAtMs: 1,
      items: 1,
      body,
    });
  }
  await log.close();
  return (await readdir(join(data, 'log')))
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => join(data, 'log', name));
}

async function receiver(): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  open.push({ close: async () => server.close() });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function start(settings = {}): Promise<MemoryCollector> {
  const collector = await memoryCollector(settings, data);
  open.push(collector);
  return collector;
}

const flip = async (path: string, at: number): Promise<void> => {
  const bytes = await readFile(path);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  await writeFile(path, bytes);
};
const half = async (path: string): Promise<void> => truncate(path, Math.floor((await stat(path)).size / 2));

describe('a file of the log', () => {
  const damages: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['deleted', (path) => rm(path)],
    ['emptied', (path) => truncate(path, 0)],
    ['halved', half],
    ['with a flipped bit', (path) => flip(path, 100)],
    ['full of zeroes', async (path) => writeFile(path, Buffer.alloc((await stat(path)).size))],
  ];
  const which: readonly (readonly [string, (files: readonly string[]) => string | undefined])[] = [
    ['first', (files) => files[0]],
    ['middle', (files) => files[1]],
    ['last', (files) => files.at(-1)],
  ];
  const cases = damages.flatMap(([damageName, damage]) =>
    which.map(([whichName, pick]) => [whichName, damageName, pick, damage] as const),
  );
  test.each(cases)(
    'starts with the %s file %s, stores the rest, and reports the damage in /healthz',
    async (which, how, pick, damage) => {
      const files = await fill();
      expect(files.length).toBeGreaterThanOrEqual(4);
      const path = pick(files) ?? '';
      await damage(path);
      const collector = await start();
      expect((await post(collector.url, requestOf([span(77, 77)]))).status).toBe(200);
      await waitFor(
        () => collector.spans().map(({ traceId }) => Number.parseInt(traceId.slice(-8), 16)),
        (found) => found.includes(77) && found.length >= 6,
      );
      const health = (await (await fetch(`${collector.url}/healthz`)).json()) as {
        log: { damagedBytes: number; cutBytes: number };
      };
      // Lost bytes at the end that no reader has read cannot be detected, because a log may end anywhere.
      const isTold = health.log.damagedBytes + health.log.cutBytes > 0;
      expect(isTold).toBe(!(which === 'last' && ['deleted', 'emptied'].includes(how)));
    },
  );

  test('starts and is idle if all files were deleted and a receiver lags behind', async () => {
    const url = await receiver();
    const files = await fill();
    // The receiver has read half as much as the store.
    await copyFile(join(data, 'log', 'cursor-store'), join(data, 'log', 'cursor-forward-x'));
    for (const path of files) {
      await rm(path);
    }
    const collector = await start({ forward: [url] });
    await post(collector.url, requestOf([span(77, 77)]));
    await waitFor(
      () => collector.spans().length,
      (count) => count === 1,
    );
    const before = process.cpuUsage();
    const startedAt = performance.now();
    await waitFor(
      () => performance.now() - startedAt,
      (ms) => ms > 300,
    );
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000 / (performance.now() - startedAt)).toBeLessThan(0.8);
  });
});

describe('the other files', () => {
  const cases: readonly (readonly [string, string, (path: string) => Promise<unknown>])[] = [
    ['the cursor of the store, deleted', 'log/cursor-store', (path) => rm(path)],
    ['the cursor of the store, emptied', 'log/cursor-store', (path) => truncate(path, 0)],
    [
      'the cursor of the store, damaged',
      'log/cursor-store',
      (path) => writeFile(path, Buffer.alloc(1024, 7)),
    ],
    ['the id of the log, deleted', 'log/id', (path) => rm(path)],
    ['the id of the log, damaged', 'log/id', (path) => writeFile(path, 'x')],
    ['a file in place of the lock', 'lock', (path) => writeFile(path, 'x')],
    ['the file of sessions, damaged', 'sessions.json', (path) => writeFile(path, '{')],
    ['an unfinished file', 'log/0000000000000000.log.new', (path) => writeFile(path, 'x')],
    ['an unknown file', 'log/notes.txt', (path) => writeFile(path, 'x')],
  ];
  test.each(cases)('stores every span once: %s', async (_name, file, damage) => {
    await fill();
    const path = join(data, file);
    await damage(path);
    const collector = await start();
    await post(collector.url, requestOf([span(77, 77)]));
    await waitFor(
      () => collector.spans().length,
      (count) => count === 10,
    );
    if (file.endsWith('.new')) {
      await expect(stat(path)).rejects.toThrow('ENOENT');
    }
  });
});
