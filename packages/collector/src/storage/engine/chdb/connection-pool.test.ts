import { expect, test } from 'vitest';

import { ConnectionPool } from './connection-pool.ts';

/** A task that runs until it is ended. */
function taskOf(started: string[], name: string): { run: () => Promise<void>; end: () => void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = (): Promise<void> => {
    started.push(name);
    return ended;
  };
  return { run, end: () => end() };
}

test('tasks that yield leave a connection free', async () => {
  const pool = new ConnectionPool([1, 2, 3]);
  const started: string[] = [];
  const tasks = ['chart', 'to date', 'movers', 'list'].map((name) => taskOf(started, name));
  const running = tasks.map(({ run }, at) => pool.use(at < 3, run));
  await Promise.resolve();
  expect(started).toEqual(['chart', 'to date', 'list']);
  for (const { end } of tasks) end();
  await Promise.all(running);
  expect(started).toEqual(['chart', 'to date', 'list', 'movers']);
});

test('tasks that yield wait until no other task waits', async () => {
  const pool = new ConnectionPool([1]);
  const started: string[] = [];
  const tasks = ['first', 'chart', 'list'].map((name) => taskOf(started, name));
  const running = tasks.map(({ run }, at) => pool.use(at === 1, run));
  for (const { end } of tasks) end();
  await Promise.all(running);
  expect(started).toEqual(['first', 'list', 'chart']);
});

test('a connection is free again after an error', async () => {
  const pool = new ConnectionPool(['only']);
  await expect(pool.use(true, () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
  expect(await pool.use(true, (connection) => Promise.resolve(connection))).toBe('only');
});
