import { existsSync } from 'node:fs';

import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const PATHS = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Where the browser is; `undefined` on a machine without one. */
export const CHROMIUM: string | undefined = PATHS.find(
  (path) => path !== undefined && path !== '' && existsSync(path),
);

/** Why the tests do not run; printed, because silence would look like success. */
export const NO_CHROMIUM = 'no Chromium at CHROMIUM_PATH or /usr/bin/chromium: apt-get install -y chromium';
if (CHROMIUM === undefined) console.warn(`skipped: ${NO_CHROMIUM}`);

/** Starts a browser that connects to nothing but the page under test. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
