import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { readFeedFile } from './feed-file.ts';
import { FeedWatch } from './feed-watch.ts';
import { shownSource } from './read-feed-text.ts';
import { updateFeed } from './update-feed.ts';

const NOW_MS = Date.parse('2026-11-28T12:00:00Z');
const MODELS = {
  'openai:gpt-9': { input: 2, output: 8 },
  'openai:gpt-4o': { input: 2.5, output: 10 },
  'openai:gpt-9-mini': { input: 0.2, output: 0.8 },
};
const GOOD = feed({});

function feed(change: object, models: object = {}): string {
  return JSON.stringify(
    { currency: 'USD', published: '2026-11-27', models: { ...MODELS, ...models }, ...change },
    null,
    1,
  );
}

let server: Server;
let base: string;
let answer: (response: ServerResponse, url: string) => void;
let dir: string;

beforeAll(async () => {
  server = createServer((request, response) => answer(response, request.url ?? ''));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-feed-'));
  answer = (response) => response.end(GOOD);
  return () => rm(dir, { recursive: true, force: true });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const update = (source = `${base}/prices.json`): ReturnType<typeof updateFeed> =>
  updateFeed({ dataDirectory: dir, source, nowMs: NOW_MS, timeoutMs: 2_000 });

describe('rejected feeds do not replace the last valid prices', () => {
  const cut = GOOD.slice(0, GOOD.indexOf('gpt-9-mini'));
  test.each<
    [name: string, reply: string | ((response: ServerResponse, url: string) => void), reason: RegExp]
  >([
    ['a price below zero', feed({}, { 'openai:gpt-9': { input: -2, output: 8 } }), /line \d+.*gpt-9.*input/],
    [
      'a price of the wrong unit',
      feed({}, { 'openai:gpt-4o': { input: 2_500_000, output: 10 } }),
      /line 10, .*the unit is wrong/,
    ],
    [
      'a price that is a thousand times the known one',
      feed({}, { 'openai:gpt-9': { input: 2000, output: 8 } }),
      /line \d+: .*cost \$2 before and \$2000 now/,
    ],
    ['a truncated file', cut, /line \d+: the file is cut off/],
    ['another currency', feed({ currency: 'EUR' }), /line 2, currency: the currency is "EUR"/],
    [
      'a price of 0',
      feed({}, { 'openai:gpt-4o': { input: 0, output: 10 } }),
      /line 10, .*cost \$2.5 before and nothing now/,
    ],
    [
      'a model twice',
      GOOD.replace('openai:gpt-9-mini', 'openai:gpt-9'),
      /line 13: "openai:gpt-9" appears twice/,
    ],
    [
      'a feed that lacks half of the models',
      feed({ models: { 'openai:gpt-9': MODELS['openai:gpt-9'] } }),
      /it has 1 models, and the one in use 3/,
    ],
    ['no feed', '{}', /line 1: expected a feed/],
    ['an HTML page', '<!doctype html>', /line 1: not JSON/],
    ['nothing', '', /line 1: the file is cut off/],
    ['50 MB', (response) => response.end(' '.repeat(50 * 2 ** 20)), /has more than 16 MiB/],
    ['an error of the server', (response) => response.writeHead(500).end('{}'), /answered 500/],
    ['a hanging server', () => undefined, /cannot be read: .*did not answer/],
    [
      'a hanging body',
      (response) => void response.write(GOOD.slice(0, 40)),
      /cannot be read: .*did not answer/,
    ],
    ['a connection that breaks', (response) => response.destroy(), /cannot be read: ECONNRESET/],
    [
      'a redirect to the metadata address of a cloud',
      (response) => response.writeHead(302, { location: 'http://169.254.169.254/x' }).end(),
      /redirects to 169.254.169.254, which is a private/,
    ],
    [
      'a redirect to a private address by name',
      (response) => response.writeHead(302, { location: `http://localhost:${new URL(base).port}/x` }).end(),
      /redirects to localhost:\d+, which is a private/,
    ],
    [
      'a redirect to a file',
      (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      /redirects to file:/,
    ],
    [
      'an endless redirect',
      (response) => response.writeHead(302, { location: '/again' }).end(),
      /redirects more than 5 times/,
    ],
    ['a redirect without a target', (response) => response.writeHead(302).end(), /without a Location header/],
  ])('%s', async (_, reply, reason) => {
    const { accepted } = await update();
    answer = typeof reply === 'string' ? (response) => response.end(reply) : reply;
    await expect(update()).rejects.toThrow(reason);
    expect((await readFeedFile(dir))?.sha256).toBe(accepted.sha256);
  });

  test.each([
    ['a missing file', '/nowhere/prices.json', /\/nowhere\/prices.json cannot be read: ENOENT/],
    ['a folder in place of a file', tmpdir(), /cannot be read: EISDIR/],
    ['a port where nothing listens', 'http://127.0.0.1:1/prices.json', /cannot be read: ECONNREFUSED/],
  ])('%s', async (_, source, reason) => {
    await expect(update(source)).rejects.toThrow(reason);
    expect(await readFeedFile(dir)).toBeUndefined();
  });
});

test('follows redirects, sends credentials only to the first host, and never shows them', async () => {
  const seen: string[] = [];
  answer = (response, url) => {
    seen.push(`${url} ${String(response.req.headers.authorization)}`);
    if (url === '/new') response.end(GOOD);
    else response.writeHead(302, { location: '/new' }).end();
  };
  const source = `${base.replace('//', '//u:secret@')}/old?key=secret`;
  const { accepted } = await update(source);
  expect(seen[0]).toBe(`/old?key=secret Basic ${Buffer.from('u:secret').toString('base64')}`);
  expect(accepted.source).toBe(`${base}/old`);
  expect(shownSource(source)).not.toContain('secret');
  expect(await readFile(join(dir, 'prices/feed.txt'), 'utf8')).not.toContain('secret');
});

test('reads a file as source, and ignores unchanged content', async () => {
  const path = join(dir, 'mine.json');
  await writeFile(path, GOOD);
  const first = await update(path);
  expect([first.isNew, first.changes.length, first.accepted.feed.day]).toEqual([true, 3, '2026-11-27']);
  const second = await update(path);
  expect([second.isNew, second.accepted.sha256]).toEqual([false, first.accepted.sha256]);
});

describe('the feed watcher', () => {
  const log: string[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    void log.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const open = async (source: string | undefined, used: string[]): Promise<FeedWatch> => {
    const watch = new FeedWatch({
      dataDirectory: dir,
      source,
      everyMs: 20,
      logger: { info: write('info'), warn: write('warn') },
      onFeed: async ({ sha256 }) => void used.push(sha256),
    });
    await watch.open();
    watch.start();
    return watch;
  };

  test('accepts a feed and logs its hash, and keeps it while its source is invalid and over restarts', async () => {
    log.length = 0;
    const used: string[] = [];
    const watch = await open(`${base}/prices.json`, used);
    await expect.poll(() => used.length).toBe(1);
    expect(log.find((line) => line.startsWith('info new prices'))).toContain(`"sha256":"${used[0]}"`);
    answer = (response) => response.end('{');
    await expect.poll(() => watch.state.error).toMatch(/cut off/);
    expect(watch.state.accepted?.sha256).toBe(used[0]);
    expect(log.at(-1)).toMatch(/^warn the price feed was rejected; the last valid one stays in use/);
    answer = (response) => response.end(feed({}, { 'openai:gpt-10': { input: 3, output: 9 } }));
    await expect.poll(() => used.length).toBe(2);
    expect(watch.state.error).toBeUndefined();
    await watch.stop();

    const again: string[] = [];
    answer = (response) => response.destroy();
    const restarted = await open(`${base}/prices.json`, again);
    expect(again).toEqual([used[1]]);
    await restarted.stop();
  });

  test('uses the feed that userspan prices update wrote to the data folder', async () => {
    const used: string[] = [];
    const watch = await open(undefined, used);
    expect(watch.state).toEqual({
      source: undefined,
      accepted: undefined,
      lookedAt: undefined,
      error: undefined,
    });
    const { accepted } = await update();
    await expect.poll(() => used).toEqual([accepted.sha256]);
    await watch.stop();
  });

  test('reports a damaged file, a file of a newer version and a missing file, and then uses the list', async () => {
    for (const [text, reason] of [
      [undefined, 'is missing'],
      ['not a feed', 'is damaged'],
      ['{"version":9,"source":"x","sha256":"x","acceptedAt":"2026-11-28"}\n{}', 'is of version 9'],
    ] as const) {
      await update();
      const file = join(dir, 'prices/feed.txt');
      if (text === undefined) await rm(file);
      else {
        await writeFile(file, text);
        await utimes(file, NOW_MS / 1000, NOW_MS / 1000);
      }
      log.length = 0;
      const used: string[] = [];
      const watch = await open(undefined, used);
      expect([used, log[0]]).toEqual([[], expect.stringContaining(reason) as string]);
      expect(watch.health).toEqual({ state: 'damaged', message: expect.stringContaining(reason) });
      await update();
      // The clock does not advance, so a change is detected by the file's content.
      await utimes(file, NOW_MS / 1000, NOW_MS / 1000);
      await expect.poll(() => watch.health, { timeout: 30_000 }).toEqual({ state: 'ok' });
      await watch.stop();
    }
  });
});

test('applies the configured first day to feeds with and without dates, until it is changed', async () => {
  const litellm = JSON.stringify({
    'gpt-9': {
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: 2e-6,
      output_cost_per_token: 8e-6,
    },
  });
  for (const [text, byDefault] of [
    [litellm, '2026-10-29'],
    [GOOD, undefined],
  ] as const) {
    await rm(join(dir, 'prices'), { recursive: true, force: true });
    const read = async (since?: string): Promise<unknown[]> => {
      answer = (response) => response.end(text);
      const source = `${base}/prices.json`;
      const { isNew } = await updateFeed({ dataDirectory: dir, source, nowMs: NOW_MS, since });
      const kept = await readFeedFile(dir);
      return [isNew, ...new Set(kept?.feed.rows.map((row) => row.since))];
    };
    expect(await read()).toEqual([true, byDefault]);
    expect(await read()).toEqual([false, byDefault]);
    expect(await read('2025-01-01')).toEqual([true, '2025-01-01']);
    expect(await read('2025-01-01')).toEqual([false, '2025-01-01']);
    expect(await read()).toEqual([false, '2025-01-01']);
    expect(await read('2026-11-01')).toEqual([true, '2026-11-01']);
    const found = (await readFeedFile(dir))?.feed.find('openai', 'gpt-9')?.model;
    const rateAt = (day: string): number | undefined =>
      found?.card('standard', Date.parse(day), 0, '')?.rates.input?.unitPrice;
    expect([rateAt('2026-10-31'), rateAt('2026-11-01')]).toEqual([undefined, 2]);
  }
});
