import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { colourRules, seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { demoSpans, demoUsers, liveCall } from './demo-spans.ts';
import { codeToCopy, openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

const admin = 'admin-token-of-the-pages-0001';
const reader = 'read-token-of-the-pages-00001';

interface Message {
  readonly type: string;
  readonly data: {
    readonly link: string | null;
    readonly user?: string;
    readonly rule?: { readonly of: string };
  };
}

describe.skipIf(cannotLook !== undefined)('alerts, budgets, billing, margin', { timeout: 120_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;
  let receiver: Server;
  let receiverUrl = '';
  const messages: Message[] = [];
  const month = new Date().toISOString().slice(0, 7);

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        messages.push(JSON.parse(body) as Message);
        response.end('thank you');
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', () => resolve()));
    receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    collector = await startCollector([
      '--allow-private-receivers',
      '--public-url=https://userspan.example.com',
      `--token=admin=${admin}`,
      `--token=read=${reader}`,
    ]);
    const headers = { authorization: `Bearer ${admin}` };
    // With calls of today, whatever the time: exporters send from the day on which they were made. The budget of the
    // month is exceeded also where the month just began.
    const today = demoUsers.slice(0, 1).map((user) => liveCall(user, 1_000_000));
    await sendSpans(collector.url, [...demoSpans(Date.now()), ...today], admin);
    await waitForJson<{ total: number }>(
      `${collector.url}/api/users`,
      ({ total }) => total === demoUsers.length,
      { headers },
    );
    pages = await openPages(collector.url);
  }, 120_000);

  afterEach(() => pages.mustBeQuiet());

  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
    receiver?.close();
  });

  async function open(path: string, token: string): Promise<Page> {
    const page = await pages.open('/connect', { width: 1440, allow: /401/u });
    await page.evaluate(
      (body) =>
        fetch('/api/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
      JSON.stringify({ token }),
    );
    await page.goto(collector.url + path);
    return page;
  }

  async function mustBeAccessible(page: Page): Promise<void> {
    for (const width of [380, 1440]) {
      await page.setViewportSize({ width, height: 860 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        // The other theme has the same elements in other colours.
        expect(await seriousFindings(page, colorScheme === 'dark' ? colourRules : undefined)).toEqual([]);
      }
    }
  }

  test('an alert from a filtered page, its channel with a test, its message, and the link in it', async () => {
    const page = await open('/?model=gpt-4.1', admin);
    await page.getByRole('link', { name: 'Alert on this view' }).click();
    const filter = page.getByLabel(/^Filter: one/u);
    expect(await filter.inputValue()).toBe('model=gpt-4.1');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Add channel' }).click();
    await page.getByLabel('Name').fill('Operations');
    await page.getByLabel('URL', { exact: true }).fill(`${receiverUrl}/hook`);
    await page.getByRole('dialog').getByRole('button', { name: 'Add channel' }).click();
    await page.getByText('shown once').waitFor();
    expect(await codeToCopy(page, 'signing secret').textContent()).toMatch(/^whsec_/u);
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.getByRole('button', { name: 'Send test to Operations' }).click();
    await page.getByText('Test accepted: 200').waitFor();
    expect(messages.at(-1)?.type).toBe('alert.test');

    await page.goto(`${collector.url}/alerts?new=rule&model=gpt-4.1&user=u_1042`);
    await page.getByLabel('Window').selectOption('31d');
    await page.getByLabel('Value of threshold 1').fill('0.001');
    await page.getByRole('dialog').getByRole('button', { name: 'Add alert' }).click();
    const rules = page.getByRole('region', { name: 'Rules' });
    await rules.getByText('where model is gpt-4.1 and user is u_1042').waitFor();
    await page
      .getByRole('region', { name: 'State' })
      .getByRole('link', { name: 'Ada Lovelace' })
      .waitFor({ timeout: 60_000 });
    await page.getByText(/answered 200/u).waitFor({ timeout: 60_000 });
    await mustBeAccessible(page);

    const link = messages.find(({ data }) => data.user === 'u_1042')?.data.link ?? '';
    expect(link).toContain('https://userspan.example.com/user?id=u_1042&from=');
    const linked = await open(link.slice('https://userspan.example.com'.length), reader);
    await linked.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    const { from, to } = Object.fromEntries(new URL(link).searchParams);
    expect(new URL(linked.url()).searchParams.get('from')).toBe(from);
    expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(31 * 86_400_000);
    await linked.context().close();

    await page.getByRole('button', { name: 'Mute user u_1042' }).click();
    await page
      .getByRole('region', { name: 'Silences and mutes' })
      .getByText('User u_1042', { exact: true })
      .waitFor();
    await rules.getByRole('button', { name: /^Edit/u }).click();
    await page.getByLabel('Name', { exact: true }).fill('Ada on GPT');
    await page.getByRole('button', { name: 'Save' }).click();
    await rules.locator('strong', { hasText: 'Ada on GPT' }).waitFor();
    await rules.getByRole('button', { name: 'More for Ada on GPT' }).click();
    await page.getByRole('menuitem', { name: 'for a day' }).click();
    await rules.getByText('silenced').waitFor();
    await rules.getByRole('button', { name: 'More for Ada on GPT' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('No rule yet.').waitFor();
    await page.context().close();
  });

  test('a budget of each user: spent, left, and a line on the chart of a user', async () => {
    const page = await open('/budgets', admin);
    await page.getByRole('button', { name: 'New budget' }).click();
    await page.getByLabel('US dollars').fill('0.1');
    await page.getByRole('dialog').getByRole('button', { name: 'Add budget' }).click();
    const meter = page.getByRole('meter', { name: 'Budget of u_1042' });
    await meter.waitFor({ timeout: 60_000 });
    await page.getByText(/\d+ over budget/u).waitFor();
    await mustBeAccessible(page);
    await page.goto(`${collector.url}/user?id=u_1042`);
    await page.getByText('Budget $0.10 a month').waitFor();
    await expect.poll(() => page.locator('line.chart-limit').count()).toBe(1);
    await page.context().close();
  });

  test('an exporter: a dry run, then sent, and no difference', async () => {
    const page = await open('/billing', admin);
    await page.getByRole('button', { name: 'Add exporter' }).click();
    await page.getByLabel('Id', { exact: true }).fill('hook');
    await page.getByLabel('Billing system').selectOption('webhook');
    await page.getByLabel('API key').fill(`whsec_${Buffer.alloc(24, 7).toString('base64')}`);
    await page.getByLabel(/^Customer: user/u).fill('user');
    await page.getByLabel(/^Base URL/u).fill(`${receiverUrl}/meter`);
    await page.getByLabel(/^Interval in minutes/u).fill('0');
    await page.getByRole('dialog').getByRole('button', { name: 'Add exporter' }).click();
    await page.getByRole('button', { name: 'Dry run of hook' }).click();
    await page.getByText(/^\d+ events? would be sent\.$/u).waitFor();
    await page.getByRole('button', { name: 'Send now to hook' }).click();
    await page.getByText(/^\d+ events? sent, 0 waiting\.$/u).waitFor();
    await page.getByText('none', { exact: true }).waitFor();
    expect(messages.some(({ type }) => type === 'meter.events')).toBe(true);
    await mustBeAccessible(page);
    await page.context().close();
  });

  test('margin: a CSV of revenue, the largest loss first, and the forecast', async () => {
    const page = await open('/margin', admin);
    await page.getByRole('button', { name: 'Revenue', exact: true }).click();
    await page
      .getByLabel('Or the text of the file')
      .fill(`user,month,usd\nu_1042,${month},0.001\nu_2210,${month},29`);
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByText('2 amounts written.').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('Cost at month end').waitFor();
    const { lines } = await waitForJson<{
      lines: { customer: string; name: string | null; margin: string }[];
    }>(`${collector.url}/api/margin`, () => true, { headers: { authorization: `Bearer ${admin}` } });
    const shown = await page.locator('tbody tr td:first-child').allTextContents();
    expect(shown).toEqual(lines.map(({ customer, name }) => `${name ?? ''}${customer}`));
    expect(shown.at(-1)).toBe('Linus Paulingu_2210');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    expect(file).toContain(
      '\uFEFFuser,name,revenue_usd,cost_usd,unattributed_share_usd,margin_usd,margin_percent,unpriced_calls',
    );
    expect(
      file
        .trim()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(',')[0]),
    ).toEqual(lines.map(({ customer }) => customer));
    expect(lines.map(({ margin }) => Number(margin))).toEqual(
      lines.map(({ margin }) => Number(margin)).sort((a, b) => a - b),
    );
    await mustBeAccessible(page);
    await page.context().close();
  });

  test('margin: each amount says that calls without a price are not in it', async () => {
    // Calls without a user, one with and one without a price.
    const calls = ['gpt-4.1', 'acme-support-v3'].map((model) => {
      const { attributes, ...span } = liveCall({ id: '', name: '' });
      const { 'user.id': _id, 'user.name': _name, ...others } = attributes;
      const models = { 'gen_ai.request.model': model, 'gen_ai.response.model': model };
      return { ...span, attributes: { ...others, ...models } };
    });
    await sendSpans(collector.url, calls, admin);
    await waitForJson<{ unattributedUnpricedCalls: number }>(
      `${collector.url}/api/margin`,
      ({ unattributedUnpricedCalls }) => unattributedUnpricedCalls === 1,
      { headers: { authorization: `Bearer ${admin}` } },
    );
    const page = await open('/margin', admin);
    const stat = page.locator('.stat-strip > div').filter({ hasText: 'Unattributed' }).locator('dd');
    await stat.getByText(/^\$[\d.]+\+$/u).waitFor();
    await page.getByText('distributed by cost').click();
    await page.getByRole('columnheader', { name: 'Share of unattributed' }).waitFor();
    const margins = await page.locator('tbody td:nth-child(5)').allTextContents();
    expect(margins.length).toBeGreaterThan(1);
    expect(margins.filter((text) => !text.startsWith('≤'))).toEqual([]);
    await page.context().close();
  });

  test('a token with the permission read sees the pages without buttons that need more', async () => {
    for (const path of ['/alerts?new=rule', '/budgets?new=budget', '/billing', '/margin', '/']) {
      const page = await open(path, reader);
      await page.locator('main .card').first().waitFor();
      const buttons = await page
        .locator('main button:visible, main a.button:visible, dialog button')
        .allTextContents();
      expect(buttons.filter((text) => /New|Add|Edit|Mute|Send|Dry|Revenue|Alert|End/u.test(text))).toEqual(
        [],
      );
      expect(await page.getByRole('dialog').count()).toBe(0);
      await page.context().close();
    }
  });
});
