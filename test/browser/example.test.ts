import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { startOpenAIServer } from '@userspan-test/openai-server';
import type { OpenAIServer } from '@userspan-test/openai-server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CHROMIUM, NO_CHROMIUM, launchChromium } from '../../packages/web/testing/chromium.ts';
import { getJson, startCollector, startProcess, until } from '../pipeline/processes.ts';
import type { Running } from '../pipeline/processes.ts';

/** The collector needs the page's origin before the page's server starts, and the server needs the collector's address. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

describe.skipIf(CHROMIUM === undefined)(`the example with a page (else: ${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let api: OpenAIServer;
  let collector: Running;
  let app: Running;

  beforeAll(async () => {
    [browser, api] = await Promise.all([launchChromium(), startOpenAIServer()]);
    const port = await freePort();
    collector = await startCollector(['--cors-origin', `http://127.0.0.1:${port}`]);
    app = await startProcess(['--import', '@userspan/node/auto', 'server.js'], {
      cwd: new URL('../../examples/browser', import.meta.url).pathname,
      env: {
        PORT: String(port),
        OPENAI_BASE_URL: api.url,
        OPENAI_API_KEY: 'sk-test',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      },
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await collector?.stop();
    await api?.close();
  });

  test('records one user and one call for a visitor who asks, logs in and gives a thumbs-up', async () => {
    const page = await browser.newPage();
    await page.goto(app.url);
    await page.fill('input', 'say It floats.');
    await page.click('#ask');
    await expect.poll(() => page.textContent('output'), { timeout: 10_000 }).toBe('It floats.');
    await page.click('#up');
    await page.click('#login');
    const users = await until(
      () => getJson<{ data: Record<string, unknown>[] }>(`${collector.url}/api/users`),
      ({ data }) => data[0]?.['id'] === 'u_ada' && data[0]['claimedCalls'] === 1,
    );
    expect(users.data).toMatchObject([
      {
        id: 'u_ada',
        name: 'Ada',
        claimed: true,
        calls: 0,
        claimedCalls: 1,
        claimedCostExact: api.bills[0]?.usd,
      },
    ]);
    await page.close();
  }, 60_000);
});
