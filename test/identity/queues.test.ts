import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startOpenAIServer } from '@userspan-test/openai-server';
import { afterAll, beforeAll, expect, test } from 'vitest';

const APP = fileURLToPath(new URL('apps/queue.mjs', import.meta.url));

let vendor: Awaited<ReturnType<typeof startOpenAIServer>>;
beforeAll(async () => {
  vendor = await startOpenAIServer();
});
afterAll(() => vendor.close());

interface Ran {
  readonly traces: readonly string[][];
  readonly named: readonly { readonly id: string; readonly calls: number; readonly costExact: string }[];
}

test.each([3, 10, 50])('%i users who share a queue have their own calls', async (count) => {
  const first = vendor.bills.length;
  const { stdout } = await promisify(execFile)(process.execPath, [APP, vendor.url, String(count)]);
  const { traces, named } = JSON.parse(stdout) as Ran;
  const numbers = Array.from({ length: count }, (_, at) => at);

  // Each user has their own calls, below their own request.
  expect(traces).toHaveLength(count);
  expect(traces).toEqual(
    expect.arrayContaining(
      numbers.map((at) => [
        `chat gpt-4o-mini u${at}`,
        `embeddings text-embedding-ada-002 u${at}`,
        `request u${at}`,
      ]),
    ),
  );

  // Each user in the metadata has one call with the billed cost, and the user of the surrounding `identify` has none.
  const bills = vendor.bills.slice(first + 2 * count);
  expect(named.filter(({ id }) => id === 'somebody else')).toMatchObject([{ calls: 0 }]);
  const users = named.filter(({ id }) => id !== 'somebody else');
  expect(users.map(({ id, calls }) => `${id} ${calls}`).sort()).toEqual(
    numbers.map((at) => `named${at} 1`).sort(),
  );
  expect(users.map(({ costExact }) => costExact).sort()).toEqual(bills.map(({ usd }) => String(usd)).sort());
});
