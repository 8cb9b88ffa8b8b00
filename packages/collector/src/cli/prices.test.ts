import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { readFeedFile } from '../prices/feed-file.ts';
import { OptionsError, resolveOptions } from '../config/options.ts';
import { prices } from './prices.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-prices-'));
  await writeFile(
    join(dir, 'good.json'),
    JSON.stringify({
      currency: 'USD',
      published: '2026-11-20',
      models: { 'openai:gpt-9': { input: 2, output: 8 } },
    }),
  );
  await writeFile(join(dir, 'bad.json'), '{\n"currency": "EUR",\n"models": {}}');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function ran(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const stdout = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => ((out += String(text)), true));
  const stderr = vi
    .spyOn(process.stderr, 'write')
    .mockImplementation((text) => ((err += String(text)), true));
  try {
    return { code: await prices(args), out, err };
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    return { code: 2, out, err: error.message };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

test.each([
  ['no subcommand', [], 2, 'userspan prices update [--from FILE|URL] [--since DAY]'],
  ['an unknown subcommand', ['sing'], 2, 'userspan prices update [--from FILE|URL] [--since DAY]'],
  [
    'a URL with an unsupported scheme',
    ['update', '--from', 'ftp://x/y'],
    2,
    '--from must be a file or a URL',
  ],
  ['a missing feed file', ['update', '--from', '/nowhere'], 1, '/nowhere cannot be read: ENOENT'],
  ['an invalid feed', ['update', '--from', 'bad.json'], 1, 'line 2, currency: the currency is "EUR"'],
])('%s', async (_, args, code, message) => {
  const paths = args.map((arg) => (arg === 'bad.json' ? join(dir, arg) : arg));
  const { code: exit, err } = await ran([...paths, '--data', join(dir, 'data')]);
  expect([exit, err]).toEqual([code, expect.stringContaining(message)]);
});

test('--price-feed accepts a file or a URL', () => {
  expect(resolveOptions({ 'price-feed': 'prices.json' }).priceFeed).toBe('prices.json');
  expect(() => resolveOptions({ 'price-feed': 'ftp://x/y' })).toThrow(/--price-feed must be a file or a URL/);
  expect(() => resolveOptions({ 'price-feed-since': '2026-02-30' })).toThrow(
    /--price-feed-since must be a day such as 2026-11-01; got "2026-02-30"/,
  );
});

test('prints the changes and writes the feed to the data folder', async () => {
  const data = join(dir, 'data');
  const args = ['update', '--from', join(dir, 'good.json'), '--data', data];
  const first = await ran(args);
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toMatch(
    /^\+ openai gpt-9: i=2 o=8\naccepted: 1 prices of 2026-11-20, userspan, sha256 [\da-f]{64}\n$/,
  );
  expect((await ran(args)).out).toMatch(/^already in use: 1 prices/);
  expect((await readFeedFile(data))?.feed.rows).toHaveLength(1);
});
