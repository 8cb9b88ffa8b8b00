import { expect, test } from 'vitest';

import { Unwanted } from '../../../runtime/wanted.ts';
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
  const running = tasks.map(({ run }, at) => pool.use({ isYielding: at < 3 }, run));
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
  const running = tasks.map(({ run }, at) => pool.use({ isYielding: at === 1 }, run));
  for (const { end } of tasks) end();
  await Promise.all(running);
  expect(started).toEqual(['first', 'list', 'chart']);
});

test('a connection is free again after an error', async () => {
  const pool = new ConnectionPool(['only']);
  await expect(pool.use({ isYielding: true }, () => Promise.reject(new Error('no memory')))).rejects.toThrow(
    'no memory',
  );
  expect(await pool.use({ isYielding: true }, (connection) => Promise.resolve(connection))).toBe('only');
});

test('a task that nobody wants when a connection is free does not begin', async () => {
  const pool = new ConnectionPool([1]);
  const started: string[] = [];
  const tasks = ['first', 'dropped', 'wanted'].map((name) => taskOf(started, name));
  let isWanted = true;
  const running = tasks.map(({ run }, at) =>
    pool.use({ isYielding: false, ...(at === 1 ? { isWanted: () => isWanted } : {}) }, run),
  );
  const dropped = running[1]?.catch((error: unknown) => error);
  isWanted = false;
  for (const { end } of tasks) end();
  expect(await dropped).toBeInstanceOf(Unwanted);
  await Promise.all([running[0], running[2]]);
  expect(started).toEqual(['first', 'wanted']);
});
