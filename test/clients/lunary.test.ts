import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRow, type Observed, type Reasons } from './client-table.ts';
import {
  type CallRow,
  findContent,
  keysOf,
  openClientCollector,
  type ClientCollector,
  runApp,
  type UserRow,
} from './run-client.ts';

/** A Python with `lunary`, `openai` and `langchain-openai`: `test/clients/install.mjs` makes one. */
const PYTHON = process.env['USERSPAN_CLIENTS_PYTHON'] ?? '';

let collector: ClientCollector;
beforeAll(async () => {
  collector = await openClientCollector(['js', 'python', 'page']);
});
afterAll(() => collector.close());

function run(
  command: readonly [string, ...string[]],
  keys: Readonly<Record<string, string>>,
): Promise<string> {
  return runApp(command, { LUNARY_API_URL: collector.url, OPENAI_BASE_URL: collector.openaiUrl, ...keys });
}

const COMMON_REASONS: Reasons = {
  streams: 'no tokens: it sends the number of chunks',
};

describe.each<[string, string, readonly [string, ...string[]], Reasons]>([
  [
    'Lunary JS 1.0.18',
    'js',
    [process.execPath, 'lunary-app.mjs'],
    { ...COMMON_REASONS, cached: 'not sent', cost: 'without the discount of cached tokens' },
  ],
  ['Lunary Python 1.4.41', 'python', [PYTHON, 'lunary_app.py'], COMMON_REASONS],
])('%s', (client, project, command, reasons) => {
  // Installing Python's client takes minutes: `pnpm clients` does it.
  test.skipIf(!existsSync(command[0]))('records users, threads, tokens and cost as on the bill', async () => {
    const firstBill = collector.bills().length;
    await run(command, { LUNARY_PRIVATE_KEY: keysOf(project).ingest });
    const get = async <T>(path: string): Promise<readonly T[]> =>
      (await collector.get<{ data: readonly T[] }>(project, path)).data;
    const expectedUsers = ['u-agent', 'u-failed', 'u-langchain', 'u-stream', 'u-thread', 'u-user'].concat(
      project === 'python' ? ['u-with'] : [],
    );
    await expect
      .poll(async () => (await get<UserRow>('users')).map(({ id, calls }) => `${id} ${calls}`).sort())
      .toEqual(expectedUsers.map((id) => `${id} 1`));
    const users = await get<UserRow>('users');
    const calls = await get<CallRow>('calls?limit=50');
    expect(await findContent(collector, project, calls)).toEqual([]);
    const threads = await get<{ id: string; userId: string; calls: number }>('threads');
    const userOf = (id: string): UserRow | undefined => users.find((user) => user.id === id);
    const bill = collector.bills()[firstBill];
    const observed: Observed = {
      unchanged: true,
      user: calls.every(({ userId }) => userId !== null),
      props:
        userOf('u-user')?.name === 'Ada' &&
        userOf('u-user')?.props['plan'] === 'pro' &&
        userOf('u-agent')?.email === 'grace@example.com' &&
        userOf('u-langchain')?.name === 'Tim' &&
        userOf('u-thread')?.name === 'Linus',
      thread: threads.length === 1 && threads[0]?.userId === 'u-thread' && threads[0].calls === 1,
      tokens:
        userOf('u-user')?.inputTokens === bill?.usage.inputTokens &&
        userOf('u-user')?.outputTokens === bill?.usage.outputTokens,
      cached: userOf('u-user')?.cachedTokens === bill?.usage.cachedInputTokens,
      cost: userOf('u-user')?.costExact === bill?.usd,
      once: calls.length === expectedUsers.length,
      streams: calls.some(({ userId, unpriced }) => userId === 'u-stream' && unpriced === null),
    };
    expect(calls.find(({ userId }) => userId === 'u-stream')?.unpriced).toMatch(/usage/);
    expect(userOf('u-failed')).toMatchObject({ errors: 1, costExact: '0' });
    expect(calls.find(({ userId }) => userId === 'u-user')?.tags).toEqual(['search']);
    await checkRow(client, observed, reasons);
  });
});

test('marks a web page’s user as claimed, with its thread', async () => {
  await run([process.execPath, 'lunary-page.mjs'], { LUNARY_PUBLIC_KEY: keysOf('page').browser });
  await expect
    .poll(async () => (await collector.get<{ data: UserRow[] }>('page', 'users')).data)
    .toMatchObject([{ id: 'u-page', name: 'Edsger', props: { plan: 'free' }, claimed: true, calls: 0 }]);
});
