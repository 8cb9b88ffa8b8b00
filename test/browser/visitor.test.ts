import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { resolveOptions, startCollector } from '@userspan/collector';
import type { Collector } from '@userspan/collector';
import type * as web from '@userspan/web';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bundle } from '../../packages/web/testing/bundle.ts';
import { CHROMIUM, NO_CHROMIUM, launchChromium } from '../../packages/web/testing/chromium.ts';
import { openSite } from '../../packages/web/testing/site.ts';
import type { Site } from '../../packages/web/testing/site.ts';

declare const userspan: typeof web;

interface Users {
  readonly data: readonly Readonly<Record<string, unknown>>[];
}

/** An API that calls a model for any client, and records the call below the page's span. */
function openApi(collectorUrl: string, token: string): Promise<Server> {
  let calls = 0;
  const api = createServer((request, response) => {
    const cors = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'traceparent, baggage',
    };
    if (request.method === 'OPTIONS') {
      response.writeHead(204, cors).end();
      return;
    }
    const [, traceId, parentSpanId] = String(request.headers['traceparent']).split('-');
    calls += 1;
    const session = new URL(request.url ?? '/', 'http://localhost').searchParams.get('session');
    const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
    const at = String(BigInt(Date.now()) * 1_000_000n);
    const span = {
      traceId,
      parentSpanId,
      spanId: String(calls).padStart(16, '0'),
      name: 'chat gpt-4o-mini',
      kind: 3,
      startTimeUnixNano: at,
      endTimeUnixNano: at,
      attributes: [
        ...(session === null ? [] : [text('user.id', session)]),
        text('gen_ai.operation.name', 'chat'),
        text('gen_ai.provider.name', 'openai'),
        text('gen_ai.response.model', 'gpt-4o-mini-2024-07-18'),
        { key: 'gen_ai.usage.input_tokens', value: { intValue: '1000' } },
        { key: 'gen_ai.usage.output_tokens', value: { intValue: '500' } },
      ],
    };
    void fetch(`${collectorUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    }).then(({ status }) => response.writeHead(status, cors).end('{}'));
  });
  return new Promise((resolve) => {
    api.listen(0, '127.0.0.1', () => resolve(api));
  });
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe.skipIf(CHROMIUM === undefined)(`a page and a collector (else: ${NO_CHROMIUM})`, () => {
  const keys = {
    browser: 'browser-key-0123456789',
    server: 'server-key-0123456789',
    read: 'read-key-0123456789',
  };
  let browser: Browser;
  let site: Site;
  let collector: Collector;
  let api: Server;
  let data: string;

  beforeAll(async () => {
    const entry = `import * as userspan from '../src/index.ts'; globalThis.userspan = userspan;`;
    const { code } = await bundle({ code: entry }, { format: 'iife' });
    data = await mkdtemp(join(tmpdir(), 'userspan-browser-'));
    [browser, site] = await Promise.all([launchChromium(), openSite(code)]);
    collector = await startCollector(
      resolveOptions({
        port: 0,
        'grpc-port': 'off',
        data,
        'log-level': 'silent',
        'cors-origin': [site.origin],
        token: [`browser=${keys.browser}`, `ingest=${keys.server}`, `read=${keys.read}`],
      }),
    );
    api = await openApi(collector.url, keys.server);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    api?.close();
    await collector?.close();
    await rm(data, { recursive: true, force: true });
  });

  const users = async (): Promise<Users['data']> => {
    const answer = await fetch(`${collector.url}/api/users`, {
      headers: { authorization: `Bearer ${keys.read}` },
    });
    return ((await answer.json()) as Users).data;
  };

  test('counts a visitor’s call for the user who logs in later', async () => {
    const page = await browser.newPage();
    await page.goto(site.origin);
    const anonymous = await page.evaluate(
      async ({ endpoint, key, apiUrl }) => {
        const { currentUser, fetch, flush } = userspan.init({
          endpoint,
          key,
          delayMs: 1,
          sendUserTo: [apiUrl],
        });
        await fetch(`${apiUrl}/chat`);
        await flush();
        return currentUser().id;
      },
      { endpoint: collector.url, key: keys.browser, apiUrl: urlOf(api) },
    );
    await expect
      .poll(users, { timeout: 10_000 })
      .toMatchObject([
        { id: anonymous, calls: 0, claimedCalls: 1, claimedCostExact: '0.00045', claimed: true },
      ]);

    await page.evaluate(() => userspan.identify('u42', { name: 'Ada' }));
    await expect.poll(users, { timeout: 10_000 }).toMatchObject([
      {
        id: 'u42',
        name: 'Ada',
        claimedCalls: 1,
        claimedCostExact: '0.00045',
        aliases: [anonymous],
        claimed: true,
      },
    ]);
    await page.close();
  }, 60_000);

  test('gives the server’s user precedence over the page’s', async () => {
    const visitor = await browser.newContext();
    const page = await visitor.newPage();
    await page.goto(site.origin);
    await page.evaluate(
      async ({ endpoint, key, apiUrl }) => {
        const { identify, fetch, flush } = userspan.init({ endpoint, key, delayMs: 1 });
        identify('victim');
        await fetch(`${apiUrl}/chat?session=mallory`);
        await flush();
      },
      { endpoint: collector.url, key: keys.browser, apiUrl: urlOf(api) },
    );
    const figures = async () => (await users()).map(({ id, calls, claimed }) => ({ id, calls, claimed }));
    await expect.poll(figures, { timeout: 10_000 }).toEqual(
      expect.arrayContaining([
        { id: 'mallory', calls: 1, claimed: false },
        { id: 'victim', calls: 0, claimed: true },
      ]),
    );
    await visitor.close();
  }, 60_000);

  test('rejects a page of another origin', async () => {
    const stranger = await openSite('');
    const page = await browser.newPage();
    await page.goto(stranger.origin);
    const refused = page.evaluate(
      ({ url, key }) =>
        fetch(`${url}/v1/traces`, { method: 'POST', headers: { authorization: `Bearer ${key}` } }),
      { url: collector.url, key: keys.browser },
    );
    await expect(refused).rejects.toThrow('Failed to fetch');
    await page.close();
    await stranger.close();
  });
});
