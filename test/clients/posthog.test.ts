import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkRow } from './client-table.ts';
import {
  type CallRow,
  findContent,
  keysOf,
  openClientCollector,
  type ClientCollector,
  runApp,
  type UserRow,
} from './run-client.ts';

let collector: ClientCollector;
beforeAll(async () => {
  collector = await openClientCollector(['posthog']);
});
afterAll(() => collector.close());

test('records users, threads, tokens and cost of PostHog’s capture as on the bill', async () => {
  await runApp([process.execPath, 'posthog-app.mjs'], {
    POSTHOG_HOST: collector.url,
    POSTHOG_KEY: keysOf('posthog').ingest,
    OPENAI_BASE_URL: collector.openaiUrl,
  });
  const get = async <T>(path: string): Promise<readonly T[]> =>
    (await collector.get<{ data: readonly T[] }>('posthog', path)).data;
  await expect
    .poll(async () => (await get<UserRow>('users')).map(({ id, calls }) => `${id} ${calls}`).sort())
    .toEqual(['u-embedding 1', 'u-failed 1', 'u-stream 1', 'u-trace 1', 'u-user 1']);
  await expect.poll(async () => (await get<CallRow>('calls?limit=50')).length).toBe(6);
  const users = await get<UserRow>('users');
  const calls = await get<CallRow>('calls?limit=50');
  expect(await findContent(collector, 'posthog', calls)).toEqual([]);
  const threads = await get<{ id: string; userId: string; calls: number }>('threads');
  const userOf = (id: string): UserRow | undefined => users.find((user) => user.id === id);
  const [bill, streamBill, otherBill] = collector.bills();
  expect(userOf('u-failed')).toMatchObject({ errors: 1, costExact: '0' });
  // The client sends the trace id if the application names no user.
  expect(calls.filter(({ userId }) => userId === null)).toHaveLength(1);
  expect(otherBill?.user).toBeNull();
  await checkRow('PostHog AI 8.13.1, capture', {
    unchanged: true,
    user: users.length === 5,
    props:
      userOf('u-user')?.name === 'Ada' &&
      userOf('u-user')?.email === 'ada@example.com' &&
      userOf('u-user')?.props['plan'] === 'pro',
    thread: threads.length === 1 && threads[0]?.id === 'thread-1' && threads[0].userId === 'u-user',
    tokens:
      userOf('u-user')?.inputTokens === bill?.usage.inputTokens &&
      userOf('u-user')?.outputTokens === bill?.usage.outputTokens,
    cached: userOf('u-user')?.cachedTokens === bill?.usage.cachedInputTokens,
    cost: userOf('u-user')?.costExact === bill?.usd,
    once: calls.length === 6,
    streams:
      userOf('u-stream')?.inputTokens === streamBill?.usage.inputTokens &&
      userOf('u-stream')?.costExact === streamBill?.usd,
  });
});
