import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { CALL, requestOf, span } from '../testing/otlp-spans.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { waitFor } from '../testing/wait-for.ts';
import { WriteAheadLog } from '../wal/write-ahead-log.ts';
import { WalConsumer } from './wal-consumer.ts';

let dir: string;
let collector: TestCollector;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-consumer-'));
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(async () => {
  await collector.close();
  await rm(dir, { recursive: true, force: true });
});

test('a batch that exceeds the time limit of stopping fails without a message and is stored after the next start', async () => {
  const failures: unknown[] = [];
  const open = async (write: TestCollector['pipeline']['write']): Promise<[WriteAheadLog, WalConsumer]> => {
    const log = await WriteAheadLog.open({ dir, limitBytes: 1 << 30 });
    const onFailure = (error: unknown): void => void failures.push(error);
    const options = { maxSpans: 100, lingerMs: 0, keepsContent: false, onFailure };
    const consumer = new WalConsumer({ ...options, log, pipeline: { write } });
    await consumer.start();
    return [log, consumer];
  };
  let begun = false;
  let goOn = (): void => undefined;
  const isStopped = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let writing: Promise<void> | undefined;
  const [log, consumer] = await open((batch) => {
    begun = true;
    writing = isStopped.then(() => collector.pipeline.write(batch));
    return writing;
  });
  const body = Buffer.from(requestOf([span(1, 1, { ...CALL, 'user.id': 'ada' })]));
  await log.append({
    signal: 'traces',
    project: 'default',
    claimed: false,
    receivedAtMs: 1_790_000_000_000,
    items: 1,
    body,
  });
  await waitFor(
    () => begun,
    (isBegun) => isBegun,
  );
  await consumer.stop();
  await log.close();
  await collector.pipeline.close();
  goOn();
  await expect(writing).rejects.toThrow('The pipeline is closed.');
  expect(failures).toEqual([]);

  await collector.restart();
  const [again, next] = await open((batch) => collector.pipeline.write(batch));
  await waitFor(
    () => next.health,
    ({ lagBytes }) => lagBytes === 0,
  );
  await next.stop();
  await again.close();
  const { data } = await collector.get<{ data: { id: string; calls: number }[] }>('/api/users');
  expect(data).toMatchObject([{ id: 'ada', calls: 1 }]);
  expect(failures).toEqual([]);
}, 60_000);
