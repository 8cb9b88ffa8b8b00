import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { liveCall } from './demo-spans.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { startCollector, type RunningCollector } from './start-collector.ts';
import { takePicture } from './take-picture.ts';

const token = 'a-token-of-32-characters-or-more';

describe.skipIf(cannotLook !== undefined)('a collector that needs a token', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector(['--token', token]);
    await sendSpans(collector.url, [liveCall({ id: 'u1', name: 'Ada Lovelace' })], token);
    pages = await openPages(collector.url);
  }, 60_000);

  afterEach(() => pages.mustBeQuiet());

  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test('asks for it; the token is in no URL and no storage, and scripts cannot read it', async () => {
    const page = await pages.open('/models', { allow: /401/u });
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await page.getByLabel('Token').waitFor();
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      expect(await seriousFindings(page)).toEqual([]);
      await takePicture(page, `sign-in-${theme}`);
    }
    await page.getByLabel('Token').fill('not the token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    await page.getByRole('link', { name: 'gpt-4.1' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(urls.filter((url) => url.includes(token))).toEqual([]);
    const inReach = await page.evaluate(
      () => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]) + document.cookie,
    );
    expect(inReach).not.toContain(token);
    expect(inReach).not.toContain('session');
    const [cookie] = await page.context().cookies();
    expect({ httpOnly: cookie?.httpOnly, sameSite: cookie?.sameSite }).toEqual({
      httpOnly: true,
      sameSite: 'Strict',
    });
    await page.getByRole('link', { name: 'Connect' }).click();
    await page.getByLabel(/Ingest token/u).fill('ingest-key');
    await page.getByText('OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20ingest-key').waitFor();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token', { exact: true }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await page.context().close();
  });

  test('signing out in one tab leads to the sign-in page in the other one', async () => {
    const page = await pages.open('/', { allow: /401|Failed to load/u });
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${collector.url}/models`);
    await other.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token', { exact: true }).waitFor();
    // Nobody touches the other tab.
    await other.getByLabel('Token', { exact: true }).waitFor({ timeout: 15_000 });
    await other.getByLabel('Token', { exact: true }).fill(token);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    expect(await page.context().cookies()).toHaveLength(1);
    pages.forget();
    await page.context().close();
  });

  test('rejects a write from another origin', async () => {
    const page = await pages.open('/', { allow: /401/u });
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Ada Lovelace', exact: true }).waitFor();
    const [cookie] = await page.context().cookies();
    const response = await fetch(`${collector.url}/api/sample`, {
      method: 'POST',
      headers: {
        cookie: `${cookie?.name}=${cookie?.value}`,
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
        'content-type': 'text/plain',
      },
      body: '{}',
    });
    expect(response.status).toBe(403);
    await page.context().close();
  });
});
