import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { liveCall } from './demo-spans.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

const secrets = {
  acme: 'acme-admin-secret-of-a-test',
  globex: 'globex-read-secret-of-a-test',
  send: 'globex-send-secret-of-a-test',
};

/** Pages with something to change. */
const paths = [
  '/',
  '/user?id=g1',
  '/alerts',
  '/budgets',
  '/margin',
  '/billing',
  '/prices',
  '/unattributed',
  '/collector',
];

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe.skipIf(cannotLook !== undefined)('several projects in one session', { timeout: 120_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector([
      '--token',
      `admin@acme=${secrets.acme}`,
      '--token',
      `read@globex=${secrets.globex}`,
      '--token',
      `ingest@globex=${secrets.send}`,
    ]);
    await sendSpans(collector.url, [liveCall({ id: 'a1', name: 'Ada Lovelace' })], secrets.acme);
    const { attributes, ...nobody } = liveCall({ id: 'x', name: 'x' });
    const unnamed = Object.fromEntries(
      Object.entries(attributes).filter(([name]) => !name.startsWith('user')),
    );
    await sendSpans(
      collector.url,
      [liveCall({ id: 'g1', name: 'Grace Hopper' }), liveCall({ id: 'g2', name: 'Geri' })],
      secrets.send,
    );
    await sendSpans(collector.url, [{ ...nobody, attributes: unnamed }], secrets.acme);
    for (const [token, calls] of [
      [secrets.acme, 2],
      [secrets.globex, 2],
    ] as const) {
      await waitForJson<{ readonly calls: number }>(
        `${collector.url}/api/summary`,
        (summary) => summary.calls === calls,
        { headers: { authorization: `Bearer ${token}` } },
      );
    }
    pages = await openPages(collector.url);
  }, 60_000);
  afterEach(() => pages.mustBeQuiet());
  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test('can be added, compared and opened; figures are never those of another project', async () => {
    const page = await pages.open('/projects', { allow: /401/u });
    await signIn(page, secrets.acme);
    await page.getByRole('link', { name: 'acme', exact: true }).waitFor();
    await signIn(page, secrets.globex);
    const row = (name: string) => page.locator(`[data-row="${name}"]`);
    await expect.poll(() => row('globex').textContent()).toMatch(/globexread only.*good/u);
    await expect
      .poll(() => row('acme').textContent())
      .toMatch(/acmecurrent.*50% of the calls without a user/u);
    await expect
      .poll(() => page.locator('.page-lead').textContent())
      .toContain('Total of 2 projects: 4 calls');
    expect(await seriousFindings(page)).toEqual([]);

    const names = () => page.locator('[data-row] .row-link').allTextContents();
    const head = page.getByRole('columnheader', { name: /^Project/u }).getByRole('button');
    await head.click();
    await expect.poll(names).toEqual(['acme', 'globex']);
    await head.click();
    await expect.poll(names).toEqual(['globex', 'acme']);
    expect(new URL(page.url()).searchParams.get('sort')).toBe('name');

    // By the keyboard alone.
    await page.getByRole('button', { name: 'Project acme: change' }).focus();
    await page.keyboard.press('Enter');
    const globex = page.getByRole('link', { name: /^globex/u }).first();
    await globex.waitFor();
    await page.keyboard.press('Escape');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Project acme: change');
    await page.getByRole('link', { name: 'globex', exact: true }).click();
    await page.waitForURL(/project=globex/u);
    await page.getByRole('link', { name: 'Grace Hopper', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Ada Lovelace', exact: true }).count()).toBe(0);
    // Links keep the project, and so does the live line.
    await page.getByRole('link', { name: 'Models', exact: true }).click();
    await page.waitForURL(/models\?.*project=globex/u);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.context().close();
  });

  test('a page of a project without a token asks for one, and accepts it', async () => {
    const page = await pages.open('/?project=globex', { allow: /401|403/u });
    await page.getByText('This page belongs to the project').waitFor();
    await signIn(page, secrets.acme);
    // The token was of the other project, which is opened then.
    await page.waitForURL(/project=acme/u);
    await page.getByRole('link', { name: 'Ada Lovelace', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Grace Hopper', exact: true }).count()).toBe(0);
    await page.context().close();
  });

  test('one click makes a service a system service, and another one undoes it', async () => {
    const page = await pages.open('/unattributed', { allow: /401/u });
    await signIn(page, secrets.acme);
    await page.getByRole('button', { name: 'Mark as a system service' }).click();
    await page.getByText('Every matching call has a user or is a system call.').waitFor();
    await page.getByRole('region', { name: 'System' }).getByRole('link', { name: '1 call' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /^Undo/u }).click();
    await page.getByRole('button', { name: 'Mark as a system service' }).waitFor();
    await page.context().close();
  });

  test('a token with the permission read sees no button that needs more', async () => {
    const page = await pages.open('/', { allow: /401|404/u });
    await signIn(page, secrets.globex);
    await page.getByRole('link', { name: 'Grace Hopper', exact: true }).waitFor();
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() === 403)
        refused.push(`${page.url()}: ${response.request().method()} ${response.url()}`);
    });
    const pressed = new Set(['Sign out', 'Download CSV']);
    for (const path of paths) {
      await page.goto(collector.url + path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
      const buttons = page.locator('main button:enabled');
      const names = await buttons.evaluateAll((all) =>
        all.map((one) => one.getAttribute('aria-label') ?? one.textContent ?? ''),
      );
      for (const [at, name] of names.entries()) {
        if (pressed.has(name)) continue;
        pressed.add(name);
        // Some buttons go when another one was pressed.
        await buttons
          .nth(at)
          .click({ timeout: 500 })
          .catch(() => undefined);
        expect(await page.locator('dialog[open] button[type=submit]').count(), `${path}: ${name}`).toBe(0);
        await page.keyboard.press('Escape');
      }
    }
    expect(pressed.size).toBeGreaterThan(8);
    expect(refused).toEqual([]);
    await page.context().close();
  });
});
