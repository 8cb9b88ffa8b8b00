import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bundle } from '../testing/bundle.ts';
import { CHROMIUM, NO_CHROMIUM, launchChromium } from '../testing/chromium.ts';
import { openSite } from '../testing/site.ts';
import type { Site } from '../testing/site.ts';
import { soon } from '../testing/soon.ts';

const APP = `
import { StrictMode, createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useIdentify, useThread, useUserspan } from '../src/react.ts';

function App() {
  useUserspan({ endpoint: '/', delayMs: 1 });
  const [user, setUser] = useState(undefined);
  globalThis.setUser = setUser;
  return h(Chat, { user });
}

function Chat({ user }) {
  useIdentify(user === undefined || user === null ? user : user.id, user?.props);
  const { id, trackMessage } = useThread({ tags: ['chat'] });
  globalThis.threads = (globalThis.threads ?? new Set()).add(id);
  return h('button', { onClick: () => trackMessage({ id: 'm1', role: 'user' }) }, 'send');
}

createRoot(document.getElementById('root')).render(h(StrictMode, null, h(App)));
`;

declare const setUser: (user: unknown) => void;
declare const threads: Set<string>;

describe.skipIf(CHROMIUM === undefined)(`React in Chromium (else: ${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let site: Site;
  let page: Page;
  const warnings: string[] = [];

  beforeAll(async () => {
    const { code } = await bundle({ code: APP }, { format: 'iife' });
    [browser, site] = await Promise.all([launchChromium(), openSite(code)]);
    page = await browser.newPage();
    page.on('console', (message) => warnings.push(message.text()));
    await page.goto(site.origin);
    await page.waitForSelector('button');
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  test('identifies the user once, and resets at log-out', async () => {
    await page.evaluate(() => setUser({ id: 'u1', props: { plan: 'pro' } }));
    await soon(() => site.spans().length).toBe(1);
    await page.evaluate(() => setUser({ id: 'u1', props: { plan: 'pro' } }));
    await page.click('button');
    await soon(() => site.spans().length).toBe(2);
    await page.evaluate(() => setUser(null));
    await page.click('button');
    await soon(() => site.spans().length).toBe(3);

    const [threadId] = await page.evaluate(() => [...threads].slice(-1));
    expect(
      site.spans().map(({ name, attributes }) => [name, attributes['user.id'], attributes['session.id']]),
    ).toEqual([
      ['userspan.identify', 'u1', undefined],
      ['userspan.message', 'u1', threadId],
      ['userspan.message', expect.stringMatching(/^anon_/), threadId],
    ]);
    expect(warnings).toEqual([]);
  });
});
