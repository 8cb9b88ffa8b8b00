import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { memoryCollector } from '../testing/memory-collector.ts';
import type { MemoryCollector } from '../testing/memory-collector.ts';
import { CALL, post, requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';
import { PassedCollectors } from '../ingest/passed-collectors.ts';

const open: MemoryCollector[] = [];
afterEach(async () => {
  for (const collector of open.splice(0)) await collector.remove();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

interface Health {
  readonly forward1: { readonly lagBytes: number; readonly refusedItems: number; readonly message?: string };
}

const healthOf = async ({ url }: MemoryCollector): Promise<Health> =>
  (await (await fetch(`${url}/healthz`)).json()) as Health;

test.each([2, 3])('spans do not go round for ever in a ring of %i collectors', async (size) => {
  const ports = await Promise.all(Array.from({ length: size }, freePort));
  for (const [at, port] of ports.entries()) {
    const next = ports[(at + 1) % size];
    open.push(await memoryCollector({ port, forward: [`http://127.0.0.1:${next}`] }));
  }
  const [first, last] = [open[0], open.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a ring has collectors');
  expect((await post(first.url, requestOf([span(1, 1, CALL), span(1, 2, CALL)]))).status).toBe(200);
  const { forward1 } = await waitFor(
    () => healthOf(last),
    // The refused spans are counted before the log says that they were read.
    ({ forward1: { refusedItems, lagBytes } }) => refusedItems > 0 && lagBytes === 0,
  );
  expect(forward1).toMatchObject({ refusedItems: 2 });
  await waitFor(
    () => open.map((collector) => collector.received().length),
    (counts) => counts.every((count) => count === 2),
  );
});

test('a collector names itself and those before it, and keeps 31 of them', () => {
  const [one, two] = [new PassedCollectors(), new PassedCollectors()];
  expect(two.isReturning(one.header)).toBe(false);
  expect(two.header.split(',').slice(1)).toEqual([one.header]);
  expect(one.isReturning(two.header)).toBe(true);
  for (let n = 0; n < 100; n += 1) two.isReturning(new PassedCollectors().header);
  expect(two.header.split(',')).toHaveLength(32);
  expect(one.isReturning(two.header)).toBe(false);
});

test.each([undefined, '', 'no id', `${'x'.repeat(100_000)},`, ['a', 'b']])(
  'a header that names no collector is ignored',
  (header) => {
    const passed = new PassedCollectors();
    const before = passed.header;
    expect(passed.isReturning(header)).toBe(false);
    expect(passed.header).toBe(before);
  },
);
