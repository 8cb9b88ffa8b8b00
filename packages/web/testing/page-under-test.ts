import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { bundle } from './bundle.ts';
import { launchChromium } from './chromium.ts';
import { openSite } from './site.ts';
import type { ArrivedSpan, Site } from './site.ts';
import { soon } from './soon.ts';
import type * as web from '../src/index.ts';

declare global {
  /** The whole module, in the page. */
  var userspan: typeof web;
}

/** A fresh visitor on a page that has loaded the module, for each test. */
export interface UnderTest {
  page: Page;
  visitor: BrowserContext;
  /** Of the page and its collector. */
  site: Site;
  /** Of somebody else. */
  other: Site;
  init(options?: Partial<web.InitOptions>, page?: Page): Promise<void>;
  /** Waits until so many spans have arrived, and gives them. */
  arrived(count: number): Promise<ArrivedSpan[]>;
  /** Keys of the spans that wait in `localStorage`. */
  waiting(): Promise<string[]>;
}

/** Registers the hooks that open and close everything. */
export function pageUnderTest(): UnderTest {
  const under = {
    async init(options = {}, page = under.page) {
      await page.evaluate((options) => {
        userspan.init({ endpoint: '/', key: 'browser-key', delayMs: 1, ...options });
      }, options);
    },
    async arrived(count) {
      await soon(() => under.site.spans().length).toBe(count);
      return under.site.spans();
    },
    waiting: () =>
      under.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('queue'))),
  } as UnderTest;
  let browser: Browser;
  let code: string;
  beforeAll(async () => {
    browser = await launchChromium();
    const entry = `import * as userspan from '../src/index.ts'; globalThis.userspan = userspan;`;
    ({ code } = await bundle({ code: entry }, { format: 'iife' }));
  }, 60_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    [under.site, under.other] = await Promise.all([openSite(code), openSite('')]);
    under.visitor = await browser.newContext();
    under.page = await under.visitor.newPage();
    await under.page.goto(under.site.origin);
  }, 30_000);
  afterEach(async () => {
    await under.visitor.close();
    await Promise.all([under.site.close(), under.other.close()]);
  });
  return under;
}
