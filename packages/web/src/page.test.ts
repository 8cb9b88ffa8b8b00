import { describe, expect, test } from 'vitest';

import { CHROMIUM, NO_CHROMIUM } from '../testing/chromium.ts';
import { pageUnderTest } from '../testing/page-under-test.ts';
import type * as web from './index.ts';

describe.skipIf(CHROMIUM === undefined)(`set-up in Chromium (else: ${NO_CHROMIUM})`, () => {
  const under = pageUnderTest();

  test.each([
    ['no endpoint', {}, /needs an endpoint/],
    ['an invalid endpoint', { endpoint: 'javascript:alert(1)' }, /needs an endpoint/],
    ['a wildcard as host', { endpoint: '/', sendUserTo: ['*'] }, /sendUserTo takes origins/],
    ['a queue size of 0', { endpoint: '/', maxQueuedSpans: 0 }, /maxQueuedSpans/],
  ])('init() throws for %s', async (_, options, message) => {
    const { page } = under;
    const thrown = page.evaluate((options) => void userspan.init(options as web.InitOptions), options);
    await expect(thrown).rejects.toThrow(message);
  });

  test('all functions do nothing and warn once before init()', async () => {
    const { page } = under;
    const warnings: string[] = [];
    page.on('console', (message) => warnings.push(message.text()));
    const stated = await page.evaluate(() => {
      userspan.reset();
      userspan.trackFeedback('m', { thumb: 'up' });
      return [userspan.identify('u1'), typeof userspan.openThread().trackMessage({ role: 'user' })];
    });
    expect(stated).toEqual([false, 'string']);
    expect(warnings).toHaveLength(1);
  });

  test('works while the page is open if storage is blocked', async () => {
    const { page } = under;
    await page.evaluate(() => {
      for (const kind of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(globalThis, kind, {
          get() {
            throw new DOMException('blocked', 'SecurityError');
          },
        });
      }
    });
    await under.init();
    await page.evaluate(() => userspan.identify('u1'));
    expect((await under.arrived(1))[0]?.attributes['user.id']).toBe('u1');
  });

  test('shutdown() stops sending, and init() can be called again', async () => {
    const { page, site } = under;
    await under.init();
    await page.evaluate(async () => {
      userspan.identify('u1');
      await userspan.init({ endpoint: '/' }).shutdown();
    });
    expect(site.spans()).toHaveLength(1);
    await under.init();
    await page.evaluate(() => userspan.trackMessage({ role: 'user' }));
    await under.arrived(2);
  });
});
