import { describe, expect, test } from 'vitest';

import { CHROMIUM, NO_CHROMIUM } from '../../testing/chromium.ts';
import { pageUnderTest } from '../../testing/page-under-test.ts';
import { soon } from '../../testing/soon.ts';

describe.skipIf(CHROMIUM === undefined)(`no span is lost, in Chromium (otherwise: ${NO_CHROMIUM})`, () => {
  const under = pageUnderTest();

  test('when the page is closed immediately', async () => {
    const { page } = under;
    await under.init({ delayMs: 60_000 });
    await page.evaluate(() => {
      userspan.identify('u1');
      userspan.trackMessage({ role: 'user' });
      location.href = '/page2';
    });
    expect((await under.arrived(2)).map(({ name }) => name)).toEqual([
      'userspan.identify',
      'userspan.message',
    ]);
  });

  test('when the queue has more spans than a page can send while it unloads', async () => {
    const { page } = under;
    await under.init({ delayMs: 60_000 });
    const tracked = await page.evaluate(() => {
      const ids = Array.from({ length: 300 }, (_, i) =>
        userspan.trackMessage({ role: 'user', extra: { i, padding: '€'.repeat(150) } }),
      );
      location.href = '/page2';
      return ids;
    });
    await page.waitForURL('**/page2');
    await under.init();
    await soon(
      () => new Set(under.site.spans().map(({ attributes }) => attributes['userspan.message.id'])).size,
    ).toBe(300);
    expect(under.site.spans().map(({ attributes }) => attributes['userspan.message.id'])).toEqual(
      expect.arrayContaining(tracked),
    );
    await soon(() => under.waiting()).toEqual([]);
  });

  test('with a beacon if `fetch` does not support keepalive', async () => {
    const { page, site } = under;
    await page.evaluate(() => {
      Reflect.deleteProperty(Request.prototype, 'keepalive');
      const { fetch } = globalThis;
      globalThis.fetch = (input, init) => {
        if (init?.keepalive === true) throw new TypeError('no fetch in the last moment');
        return fetch(input, init);
      };
    });
    await under.init({ key: '', delayMs: 60_000 });
    await page.evaluate(() => {
      userspan.identify('u1');
      location.href = '/page2';
    });
    expect((await under.arrived(1))[0]?.attributes['user.id']).toBe('u1');
    expect(site.visits[0]?.headers.authorization).toBeUndefined();
  });

  test('when the collector was unreachable and the page is reloaded', async () => {
    const { page, site } = under;
    site.collector = { status: 503, headers: { 'retry-after': '60' } };
    await under.init();
    await page.evaluate(() => userspan.identify('u1'));
    await soon(() => site.spans().length).toBe(1);
    const refused = site.spans()[0]?.spanId;
    await page.reload();
    site.collector = { status: 200 };
    const before = site.visits.length;
    await under.init();
    await soon(() => site.visits.length).toBe(before + 1);
    expect(site.spans().at(-1)?.spanId).toBe(refused);
    await soon(() => under.waiting()).toEqual([]);
    expect(await page.evaluate(() => userspan.init({ endpoint: '/' }).currentUser().id)).toBe('u1');
  });

  test('flush returns whether all spans have arrived', async () => {
    const { page, site } = under;
    await under.init({ delayMs: 60_000 });
    site.collector = { status: 500 };
    const flush = (): Promise<boolean> => page.evaluate(() => userspan.init({ endpoint: '/' }).flush());
    await page.evaluate(() => userspan.identify('u1'));
    expect(await flush()).toBe(false);
    site.collector = { status: 200 };
    expect(await flush()).toBe(true);
    const [first, second] = site.spans();
    expect(second).toEqual(first);
  });

  test('when another tab shares the storage', async () => {
    const { page, site, visitor } = under;
    site.collector = { status: 503 };
    await under.init();
    await page.evaluate(() => userspan.identify('u1'));
    await soon(() => site.spans().length).toBe(1);
    // Spans of a tab that was closed long ago.
    await page.evaluate(() => {
      for (const [key, text] of Object.entries(localStorage)) {
        if (!key.includes('queue')) continue;
        localStorage.removeItem(key);
        localStorage.setItem(key.replace(/queue\.\w+\.\d+/, 'queue.gone.1'), text as string);
      }
    });
    await page.close();
    site.collector = { status: 200 };
    const before = site.visits.length;
    const second = await visitor.newPage();
    await second.goto(site.origin);
    await under.init({}, second);
    await soon(() => site.visits.length).toBe(before + 1);
    expect(site.spans().at(-1)).toEqual(site.spans()[0]);
  });

  test('unless the queue is full, which causes a warning', async () => {
    const { page, site } = under;
    site.collector = { status: 503 };
    const warnings: string[] = [];
    page.on('console', (message) => warnings.push(message.text()));
    await under.init({ maxQueuedSpans: 5, delayMs: 60_000 });
    const dropped = await page.evaluate(() => {
      for (let i = 0; i < 12; i += 1) userspan.trackMessage({ id: `m${i}`, role: 'user' });
      return [
        userspan.init({ endpoint: '/' }).droppedSpans(),
        Object.keys(localStorage).filter((key) => key.includes('queue')).length,
      ];
    });
    expect(dropped).toEqual([7, 5]);
    expect(warnings.filter((text) => text.includes('oldest are dropped'))).toHaveLength(1);
  });
  test('and a rejected request is not retried forever', async () => {
    const { page, site } = under;
    site.collector = { status: 400 };
    await under.init();
    expect(
      await page.evaluate(() => {
        userspan.identify('u1');
        return userspan.init({ endpoint: '/' }).flush();
      }),
    ).toBe(true);
    expect(await under.waiting()).toEqual([]);
  });
});
