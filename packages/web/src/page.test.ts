import { describe, expect, test } from 'vitest';

import { CHROMIUM, NO_CHROMIUM } from '../testing/chromium.ts';
import { pageUnderTest } from '../testing/page-under-test.ts';
import type * as web from './index.ts';

describe.skipIf(CHROMIUM === undefined)(`set-up in Chromium (else: ${NO_CHROMIUM})`, () => {
  const under = pageUnderTest();

  test.each([
    ['no endpoint', {}, /needs an endpoint/],
    ['an endpoint that is none', { endpoint: 'javascript:alert(1)' }, /needs an endpoint/],
    ['a star', { endpoint: '/', sendUserTo: ['*'] }, /sendUserTo takes origins/],
    ['a queue of nothing', { endpoint: '/', maxQueuedSpans: 0 }, /maxQueuedSpans/],
  ])('invalid set-up throws at once: %s', async (_, options, message) => {
    const { page } = under;
    const thrown = page.evaluate((options) => void userspan.init(options as web.InitOptions), options);
    await expect(thrown).rejects.toThrow(message);
  });

  test('before init all functions do nothing, and warn once', async () => {
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

  test('with blocked storage it works as long as the page is open', async () => {
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

  test('shutdown stops, and init can be called again', async () => {
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
