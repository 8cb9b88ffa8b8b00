import dns from 'node:dns';
import { promisify } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import { sharedLookup } from './shared-lookup.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('resolves a host name once for concurrent connections, and again for a later one', async () => {
  const asked = vi.spyOn(dns, 'lookup');
  const lookup = promisify(sharedLookup());
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => lookup('localhost', { family: 4 }) as Promise<unknown>),
  );
  expect(answers).toEqual(Array(8).fill('127.0.0.1'));
  expect(asked).toHaveBeenCalledTimes(1);
  await lookup('localhost', { family: 4 });
  expect(asked).toHaveBeenCalledTimes(2);
});

it('passes the error to each connection, and resolves again after it', async () => {
  const lookup = promisify(sharedLookup());
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const outcomes = await Promise.allSettled([
      lookup('nowhere.invalid', { all: true }),
      lookup('nowhere.invalid', { all: true }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  }
});
