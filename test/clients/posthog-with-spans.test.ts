import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CallRow,
  keysOf,
  openClientCollector,
  type ClientCollector,
  runApp,
  type UserRow,
} from './run-client.ts';

let collector: ClientCollector;
beforeAll(async () => {
  collector = await openClientCollector(['both']);
});
afterAll(() => collector.close());

test('counts each request inside a span once, with PostHog’s client beside spans', async () => {
  const { ingest } = keysOf('both');
  await runApp([process.execPath, '--import', '@userspan/node/auto', 'posthog-with-spans-app.mjs'], {
    POSTHOG_HOST: collector.url,
    POSTHOG_KEY: ingest,
    OPENAI_BASE_URL: collector.openaiUrl,
    USERSPAN_ENDPOINT: collector.url,
    USERSPAN_TOKEN: ingest,
  });
  const get = async <T>(path: string): Promise<readonly T[]> =>
    (await collector.get<{ data: readonly T[] }>('both', path)).data;
  const users = async (): Promise<readonly string[]> =>
    (await get<UserRow>('users')).map(({ id, calls }) => `${id} ${calls}`).sort();
  await expect
    .poll(users)
    .toEqual(['u-both 2', 'u-chat 1', 'u-concurrent 3', 'u-embedding 1', 'u-failed 1', 'u-no-span 1']);
  // Without a common span, the two records could be from two applications, so both count.
  await expect.poll(async () => (await get<CallRow>('calls?limit=50')).length).toBe(10);
  const calls = await get<CallRow>('calls?limit=50');
  expect(calls.filter(({ userId }) => userId === null).map(({ model }) => model)).toEqual([
    'text-embedding-3-small',
  ]);
});
