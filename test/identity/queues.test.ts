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

test.each([3, 10, 50])(
  'of %i users who share a queue each has their own calls, below their own request',
  async (count) => {
    const { stdout } = await promisify(execFile)(process.execPath, [APP, vendor.url, String(count)]);
    const expected = Array.from({ length: count }, (_, at) => [
      `chat gpt-4o-mini u${at}`,
      `embeddings text-embedding-ada-002 u${at}`,
      `request u${at}`,
    ]);
    const traces = JSON.parse(stdout) as readonly string[][];
    expect(traces).toHaveLength(count);
    expect(traces).toEqual(expect.arrayContaining(expected));
  },
);
