import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryCollector } from '../testing/memory-collector.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';
import { Cursor } from './cursor.ts';
import type { WalRecord } from './record.ts';
import { WriteAheadLog, type RequestLogOptions } from './write-ahead-log.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-log-'));
});
afterEach(() => rm(dir, { recursive: true }));

const record = (text: string): WalRecord => ({
  signal: 'traces',
  project: 'default',
  claimed: false,
  receivedAtMs: 1_790_000_000_000,
  items: 1,
  body: Buffer.from(text),
});

const openLog = (options: Partial<RequestLogOptions> = {}): Promise<WriteAheadLog> =>
  WriteAheadLog.open({ dir, limitBytes: 1 << 30, ...options });

async function bodiesFrom(log: WriteAheadLog, position = 0): Promise<string[]> {
  const reader = log.reader();
  const bodies: string[] = [];
  for (let at = position; ;) {
    const found = await reader.read(at);
    if (found === undefined) {
      await reader.close();
      return bodies;
    }
    bodies.push(Buffer.from(found.record.body).toString());
    at = found.end;
  }
}

async function filled(texts: readonly string[], options: Partial<RequestLogOptions> = {}): Promise<void> {
  const log = await openLog(options);
  await Promise.all(texts.map((text) => log.append(record(text))));
  await log.close();
}

async function logFiles(): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name.endsWith('.log')).toSorted();
}

/** Overwrites bytes of a file in place. */
async function damage(name: string, at: number, bytes: number): Promise<void> {
  const handle = await open(join(dir, name), 'r+');
  await handle.write(Buffer.alloc(bytes, 0xee), 0, bytes, at);
  await handle.close();
}

describe('records', () => {
  test('are read unchanged and in order after the log was closed', async () => {
    const strange: WalRecord = {
      signal: 'metrics',
      project: 'ünï',
      claimed: true,
      receivedAtMs: 1.5,
      items: 4_000_000_000,
      body: Uint8Array.of(0, 255, 10),
    };
    const log = await openLog();
    await Promise.all([log.append(record('one')), log.append(strange), log.append(record(''))]);
    await log.close();
    const again = await openLog();
    const reader = again.reader();
    const first = await reader.read(0);
    const second = await reader.read(first?.end ?? 0);
    expect(second?.record).toEqual({ ...strange, body: Buffer.from(strange.body) });
    expect(await bodiesFrom(again)).toEqual(['one', Buffer.from(strange.body).toString(), '']);
    await reader.close();
    await again.close();
  });

  test('are read from many files, also records that are larger than a read window', async () => {
    const texts = Array.from({ length: 2_000 }, (_, i) => `${i}`.repeat(1 + (i % 400)));
    texts.push('x'.repeat(3_000_000));
    const before = await openLog({ segmentBytes: 100_000 });
    for (let i = 0; i < texts.length; i += 100) {
      await Promise.all(texts.slice(i, i + 100).map((text) => before.append(record(text))));
    }
    await before.close();
    expect((await logFiles()).length).toBeGreaterThan(5);
    const log = await openLog({ segmentBytes: 100_000 });
    expect(await bodiesFrom(log)).toEqual(texts);
    await log.close();
  });

  test('keep the id of the log', async () => {
    const log = await openLog();
    await log.close();
    const again = await openLog();
    expect(again.id).toBe(log.id);
    await again.close();
  });
});

describe('a torn or damaged log', () => {
  test.each([
    ['an incomplete header', Buffer.from('USR1')],
    ['zeroes', Buffer.alloc(100)],
    ['noise', Buffer.alloc(1000, 0xab)],
    ['a header without its body', Buffer.from('5553523110270000', 'hex')],
  ])('removes %s at its end, and continues to append there', async (_name, tail) => {
    await filled(['one', 'two']);
    const [name = ''] = await logFiles();
    await writeFile(join(dir, name), Buffer.concat([await readFile(join(dir, name)), tail]));
    const log = await openLog();
    expect(log.health).toMatchObject({ state: 'ok', cutBytes: tail.length });
    await log.append(record('three'));
    expect(await bodiesFrom(log)).toEqual(['one', 'two', 'three']);
    await log.close();
  });

  test.each([1, 2, 10, 34])('removes a last record that lacks %i bytes', async (bytes) => {
    await filled(['one', 'two']);
    const [name = ''] = await logFiles();
    const { size } = await stat(join(dir, name));
    await truncate(join(dir, name), size - bytes);
    const log = await openLog();
    expect(await bodiesFrom(log)).toEqual(['one']);
    await log.append(record('three'));
    expect(await bodiesFrom(log)).toEqual(['one', 'three']);
    await log.close();
  });

  test('loses only the damaged records in the middle, and reports the damage', async () => {
    await filled(['one', 'two', 'three', 'four']);
    const [name = ''] = await logFiles();
    // The header has 32 bytes and the project 7, so the body of `two` begins at 42 + 39.
    await damage(name, 42 + 39, 2);
    const log = await openLog();
    expect(await bodiesFrom(log)).toEqual(['one', 'three', 'four']);
    expect(log.health).toMatchObject({ cutBytes: 0, damagedBytes: 42 });
    await log.close();
  });

  test('skips a file that is completely damaged', async () => {
    const texts = Array.from({ length: 30 }, (_, i) => `record ${i} `.padEnd(100, '.'));
    const before = await openLog({ segmentBytes: 1_000 });
    for (const text of texts) {
      await before.append(record(text));
    }
    await before.close();
    const [, name = ''] = await logFiles();
    await damage(name, 0, (await stat(join(dir, name))).size);
    const log = await openLog({ segmentBytes: 1_000 });
    const left = await bodiesFrom(log);
    expect(left.length).toBeGreaterThan(15);
    expect(texts.filter((text) => !left.includes(text)).length).toBeLessThan(10);
    await log.close();
  });

  test('does not reuse positions before a cursor if the end is lost', async () => {
    const log = await openLog();
    await log.append(record('one'));
    await log.append(record('two'));
    const cursor = await log.cursor('store', 0);
    await cursor.move(log.end, log.end);
    const { end } = log;
    await log.close();
    const [name = ''] = await logFiles();
    await truncate(join(dir, name), 10);
    const again = await openLog();
    await again.append(record('three'));
    const reader = again.reader();
    expect(await reader.read(end)).toMatchObject({ position: end, record: { body: Buffer.from('three') } });
    await reader.close();
    await again.close();
  });
});

describe('cursors', () => {
  test('keep files until all cursors have passed them', async () => {
    const log = await openLog({ segmentBytes: 200 });
    for (let i = 0; i < 10; i += 1) {
      await log.append(record('x'.repeat(100)));
    }
    const store = await log.cursor('store', 0);
    const forward = await log.cursor('forward', 0);
    const files = (await logFiles()).length;
    await store.move(log.end, log.end);
    await log.deleteBehind();
    expect(await logFiles()).toHaveLength(files);
    await forward.move(log.end, log.end);
    await log.deleteBehind();
    expect(await logFiles()).toHaveLength(1);
    await log.tidy();
    expect(log.health.bytes).toBe(0);
    await log.append(record('next'));
    expect(await bodiesFrom(log, store.position)).toEqual(['next']);
    await log.close();
  });

  test('keep their previous position after an interrupted write', async () => {
    const path = join(dir, 'cursor-x');
    const cursor = await Cursor.open(path, 'x', 0);
    await cursor.move(10, 20);
    await cursor.move(20, 30);
    await cursor.close();
    const bytes = await readFile(path);
    // The first move opened the file, so 10 is the second and in the first slot, and 20 is the third and in the second slot.
    bytes.fill(0xff, 512 + 8, 512 + 20);
    await writeFile(path, bytes);
    const again = await Cursor.open(path, 'x', 0);
    expect({ position: again.position, begun: again.begun }).toEqual({ position: 10, begun: 20 });
    await again.close();
  });

  test('are deleted for removed readers', async () => {
    const log = await openLog();
    await log.cursor('store', 0);
    await log.cursor('forward-gone', 0);
    await log.close();
    const again = await openLog();
    await again.dropCursorsExcept(['store']);
    expect((await readdir(dir)).filter((name) => name.startsWith('cursor-'))).toEqual(['cursor-store']);
    await again.close();
  });
});

describe('a full disk', () => {
  const canMount = ((): boolean => {
    try {
      execFileSync('mount', ['--version'], { stdio: 'ignore' });
      return process.getuid?.() === 0;
    } catch {
      return false;
    }
  })();
  if (!canMount) {
    console.warn('skipped: a full disk needs root, to mount a small file system');
  }

  test.runIf(canMount)(
    'causes 503, is reported in /healthz, loses nothing acknowledged, and recovers automatically',
    async () => {
      const disk = join(dir, 'disk');
      await mkdir(disk);
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk], { stdio: 'ignore' });
      } catch {
        console.warn('skipped: this machine lets nobody mount a file system');
        return;
      }
      try {
        const collector = await memoryCollector({}, join(disk, 'data'));
        try {
          collector.breakStore(true);
          let acknowledged = 0;
          let refused: Response | undefined;
          for (let i = 1; refused === undefined; i += 1) {
            const response = await post(collector.url, requestOf([span(i, i, { tags: 'x'.repeat(50_000) })]));
            if (response.status === 200) {
              acknowledged += 1;
            } else {
              refused = response;
            }
          }
          expect({ status: refused.status, after: refused.headers.get('retry-after') }).toEqual({
            status: 503,
            after: '2',
          });
          expect(await (await fetch(`${collector.url}/healthz`)).json()).toMatchObject({
            status: 'unavailable',
            log: { state: 'disk-full', message: 'no disk space for the log (ENOSPC)' },
          });
          execFileSync('mount', ['-o', 'remount,size=6m', disk]);
          await waitFor(
            async () => (await post(collector.url, requestOf([span(9999, 9999)]))).status,
            (status) => status === 200,
          );
          expect((await fetch(`${collector.url}/healthz`)).status).toBe(200);
          collector.breakStore(false);
          await waitFor(
            () => new Set(collector.spans().map(({ spanId }) => spanId)).size,
            (spans) => spans === acknowledged + 1,
          );
        } finally {
          await collector.close();
        }
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});

test('writes everything that the store lacks in order after a crash in the middle of a batch', async () => {
  const first = await memoryCollector({ 'batch-spans': 4 });
  first.breakStore(true);
  for (let i = 1; i <= 10; i += 1) {
    await post(first.url, requestOf([span(i, i)]));
  }
  const state = await waitFor(
    async () =>
      ((await (await fetch(`${first.url}/healthz`)).json()) as { store: { state: string } }).store.state,
    (state) => state === 'failing',
  );
  const { hasUnfinishedBatch, replayed } = first.storeSide;
  expect([state, hasUnfinishedBatch, await replayed]).toEqual(['failing', false, true]);
  await first.close();
  // Different limits, and therefore different batches.
  const second = await memoryCollector({ 'batch-spans': 3 }, first.data);
  const third = await waitFor(
    () => second.batches.map(({ spans }) => [...spans].length),
    (sizes) => sizes.reduce((sum, size) => sum + size, 0) === 10,
  );
  expect([second.storeSide.hasUnfinishedBatch, await second.storeSide.replayed]).toEqual([true, true]);
  expect(third[0]).toBeGreaterThanOrEqual(1);
  expect(second.batches[0]?.id).toMatch(/^[0-9a-f-]{36}-0-\d+$/);
  const ids = second.batches.map(({ id }) => id.split('-').slice(-2).map(Number));
  expect(ids.map(([start]) => start)).toEqual([0, ...ids.slice(0, -1).map(([, end]) => end)]);
  await second.remove();
});
