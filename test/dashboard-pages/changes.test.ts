import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { demoSpans, demoUsers, generator, liveCall } from './demo-spans.ts';
import { codeToCopy, openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';
import { takePicture } from './take-picture.ts';

interface UsersAnswer {
  readonly total: number;
}

describe.skipIf(cannotLook !== undefined)('an empty collector', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector();
    pages = await openPages(collector.url);
  }, 60_000);

  afterEach(() => pages.mustBeQuiet());

  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test('shows that it waits, with complete snippets; sample data can be added and removed', async () => {
    const page = await pages.open('/');
    await page.getByText('Waiting for the first span').waitFor();
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      expect(await seriousFindings(page)).toEqual([]);
      await takePicture(page, `empty-${theme}`);
    }
    for (const name of ['Node, ESM', 'Node, CJS', 'Next.js', 'OpenTelemetry in place', 'Python, any OTLP']) {
      await page.getByRole('button', { name, exact: true }).click();
      expect(await page.locator('.connect-steps').textContent()).toContain(collector.url);
    }
    const grpc = await codeToCopy(page, 'OTLP/gRPC endpoint').textContent();
    expect(grpc).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    await page.getByRole('button', { name: 'Python, any OTLP' }).click();
    expect(await page.locator('.connect-steps').textContent()).toContain(`${grpc}\n`);
    await page.getByRole('button', { name: 'Load sample data' }).click();
    await page.locator('[data-row]').first().waitFor();
    await page.getByText('· sample').first().waitFor();
    await takePicture(page, 'sample-light');
    await page.getByRole('button', { name: 'Remove sample data' }).click();
    await page.getByText('Waiting for the first span').waitFor();
    const { total } = await waitForJson<UsersAnswer>(`${collector.url}/api/users`, () => true);
    expect(total).toBe(0);
    await page.context().close();
  });

  test('lists of a project without calls lead to the page that says how to send some', async () => {
    for (const path of ['/groups', '/features', '/calls', '/threads']) {
      const page = await pages.open(`${path}?range=all&currency=EUR@0.5`);
      await page.getByText(/^No (?:calls|threads) yet\.$/u).waitFor();
      await page.getByRole('link', { name: 'Connect an application' }).click();
      await page.getByRole('heading', { level: 1, name: 'Connect an application' }).waitFor();
      expect(new URL(page.url()).searchParams.get('currency')).toBe('EUR@0.5');
      await page.context().close();
    }
  });

  test('the first span replaces the waiting page', async () => {
    const page = await pages.open('/');
    await page.getByText('Waiting for the first span').waitFor();
    await sendSpans(collector.url, [liveCall({ id: 'first', name: 'First User' })]);
    await page.getByRole('link', { name: 'First User', exact: true }).waitFor();
    expect(await page.getByText('Waiting for the first span').count()).toBe(0);
    await page.context().close();
  });
});

describe.skipIf(cannotLook !== undefined)('changes', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector.url, demoSpans(Date.now()));
    await waitForJson<UsersAnswer>(`${collector.url}/api/users`, ({ total }) => total === demoUsers.length);
    pages = await openPages(collector.url);
  }, 60_000);

  afterEach(() => pages.mustBeQuiet());

  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  async function callsOf(page: Page, name: string): Promise<string | null> {
    const row = page.getByRole('row').filter({ hasText: name });
    const heads = await page.getByRole('columnheader').allTextContents();
    const at = heads.findIndex((head) => head.startsWith('Calls'));
    return row.getByRole('cell').nth(at).textContent();
  }

  test('a new call appears automatically within moments', async () => {
    const page = await pages.open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Radia Perlman', exact: true }).waitFor();
    const before = Number(await callsOf(page, 'Radia Perlman'));
    const tookMs: number[] = [];
    // A page that only asked every minute would not have the quickest of three; a busy machine needs seconds.
    const longestMs = 8_000;
    for (const call of [1, 2, 3]) {
      const sentMs = performance.now();
      await sendSpans(collector.url, [liveCall({ id: 'u_4004', name: 'Radia Perlman' })]);
      await expect
        .poll(() => callsOf(page, 'Radia Perlman'), { timeout: 25_000, interval: 20 })
        .toBe(String(before + call));
      tookMs.push(Math.round(performance.now() - sentMs));
      if (Math.min(...tookMs) < longestMs) break;
    }
    console.log(`new calls were on the page after ${tookMs.join(', ')} ms`);
    expect(Math.min(...tookMs)).toBeLessThan(longestMs);
    await page.context().close();
  });

  test('rows keep their places while they are read; the new order is shown on request', async () => {
    const page = await pages.open('/', { height: 420 });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('[data-row]').first().waitFor();
    await page.locator('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
    const row = page.getByRole('row').filter({ hasText: 'Barbara Liskov' });
    await row.waitFor();
    const top = (await row.boundingBox())?.y ?? 0;
    const before = await callsOf(page, 'Barbara Liskov');
    const random = generator(1);
    const calls = Array.from({ length: 40 }, () =>
      liveCall({ id: 'u_5150', name: 'Barbara Liskov' }, 90_000 * (1 + random())),
    );
    await sendSpans(collector.url, calls);
    await expect
      .poll(() => callsOf(page, 'Barbara Liskov'), { timeout: 10_000 })
      .toBe(String(Number(before) + 40));
    // Text above may grow by a part of a pixel; a row is 44 high.
    expect(Math.abs(((await row.boundingBox())?.y ?? 0) - top)).toBeLessThan(4);
    await page.getByRole('button', { name: 'New calls: sort again' }).click();
    await page.locator('main').evaluate((main) => main.scrollTo(0, 0));
    await expect
      .poll(() => page.locator('[data-row] .row-link').first().textContent())
      .toBe('Barbara Liskov');
    await page.context().close();
  });

  test('a price is added after a preview, and stored calls are repriced', async () => {
    const page = await pages.open('/prices');
    const unpriced = page.getByRole('region', { name: 'Unpriced' });
    await unpriced.getByRole('listitem').filter({ hasText: 'acme-support-v3' }).getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await expect
      .poll(() => dialog.getByLabel('Input', { exact: true }).evaluate((input) => input.matches(':focus')))
      .toBe(true);
    await dialog.getByLabel('Input', { exact: true }).fill('1.25');
    await dialog.getByLabel('Output', { exact: true }).fill('5');
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Preview the difference' }).click();
    await dialog.getByRole('row', { name: /acme-support-v3 9 — No price for 9 calls \$0/u }).waitFor();
    await takePicture(page, 'add-price-light');
    await dialog.getByRole('button', { name: 'Add and reprice 9 calls' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Your prices' }).getByText('Input $1.25 · Output $5.00').waitFor();
    await expect.poll(() => unpriced.getByText('acme-support-v3', { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Preview the difference' }).click();
    await page.getByText(/calls cost the same by today/u).waitFor();
    await page.context().close();
  });

  test('the price of any model on any day can be looked up, with its source', async () => {
    const page = await pages.open('/prices');
    const card = page.getByRole('region', { name: 'Price of a model' });
    await card.getByLabel('Model').fill('deepseek chat');
    await card.getByRole('button', { name: 'deepseek-chat deepseek', exact: true }).click();
    await card.getByLabel(/^Day/u).fill('2025-10-01');
    await card.getByText(/^deepseek · price list of/u).waitFor();
    await card.getByRole('row', { name: 'input $0.28 1,000,000' }).waitFor();
    await card.getByLabel(/^Day/u).fill('2026-11-01');
    await card.getByText(/^Unpriced:/u).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('region', { name: 'Price feed' }).getByText('userspan prices update').waitFor();
    await page.context().close();
  });

  test('two ids are merged, past calls included, and separated again; no frame shows an old figure', async () => {
    // The other id was looked at a moment ago: what it cost alone is in the cache.
    const page = await pages.open('/user?id=u_0815&range=all');
    const calls = page.locator('.stat-strip > div').filter({ hasText: 'Calls' }).locator('dd');
    const title = page.getByRole('heading', { level: 1 });
    await expect.poll(() => calls.textContent()).toMatch(/\d/u);
    const known = Number(await calls.textContent());
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('anon-7f3a');
    await page.getByRole('option', { name: 'anon-7f3a' }).first().click();
    await expect.poll(() => title.textContent()).toContain('anon-7f3a');
    await expect.poll(() => calls.textContent()).toMatch(/\d/u);
    const merged = known + Number(await calls.textContent());
    await page.getByLabel('Actions').click();
    await page.getByRole('menuitem', { name: 'Merge with another id' }).click();
    await page.getByLabel('Id of the known user').fill('u_0815');
    await page.evaluate(() => {
      const seen = new Set<string>();
      Object.assign(window, { seen });
      const look = (): void => {
        const name = document.querySelector('h1')?.textContent ?? '';
        const [, count] = Array.from(document.querySelectorAll('.stat-strip > div'));
        if (name.includes('Łukasiewicz')) seen.add(count?.querySelector('dd')?.textContent ?? '');
        requestAnimationFrame(look);
      };
      look();
    });
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await title.getByText('Zoë Łukasiewicz').waitFor();
    await page.getByText('anon-7f3a').first().waitFor();
    await expect.poll(() => calls.textContent()).toBe(String(merged));
    const shown = await page.evaluate(() => Array.from((window as unknown as { seen: Set<string> }).seen));
    expect(shown.filter((text) => text !== '')).toEqual([String(merged)]);
    await page.getByLabel('Actions').click();
    await page.getByRole('menuitem', { name: 'Merge with another id' }).click();
    await page.getByRole('button', { name: 'Take back' }).click();
    await expect.poll(() => calls.textContent()).toBe(String(known));
    await page.context().close();
  });

  test('figures of the previous filter are dimmed while new ones load', async () => {
    const page = await pages.open('/');
    const list = page.getByRole('table', { name: 'Users' });
    await list.locator('[data-row]').first().waitFor();
    await page.locator('.band-mover').first().waitFor();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(
      ({ pathname, search }) => pathname.startsWith('/api/') && search.includes('model=gpt-4.1'),
      async (route) => {
        await held;
        await route.continue();
      },
    );
    await page.evaluate((search) => {
      window.history.pushState({}, '', search);
      window.dispatchEvent(new PopStateEvent('popstate'));
    }, '?model=gpt-4.1');
    await page.getByLabel('Remove filter Model: gpt-4.1').waitFor();
    const parts = ['.strip', '.chart-body', '.band-card', '.table'];
    const notDimmed = (): Promise<readonly string[]> =>
      page.evaluate(
        (all) => all.filter((part) => document.querySelector(`${part}:not(.stale)`) !== null),
        parts,
      );
    await expect.poll(notDimmed).toEqual([]);
    release();
    await expect.poll(() => page.locator('.stale').count()).toBe(0);
    await page.unrouteAll({ behavior: 'wait' });
    await page.context().close();
  });

  test('a user is erased after the id was entered, with a receipt', async () => {
    const page = await pages.open('/user?id=u_6001', { allow: /404/u });
    await page.getByRole('heading', { level: 1, name: 'Katherine Johnson' }).waitFor();
    await page.getByLabel('Actions').click();
    await page.getByRole('menuitem', { name: 'Erase' }).click();
    const dialog = page.getByRole('dialog');
    const erase = dialog.getByRole('button', { name: 'Erase' });
    await dialog.getByRole('textbox').fill('u_600');
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('u_6001');
    await erase.click();
    await page.getByRole('dialog').getByText('Keep this receipt').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save receipt' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^erasure-.+\.json$/u);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'Ada Lovelace', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Katherine Johnson', exact: true }).count()).toBe(0);
    await page.context().close();
  });
});
