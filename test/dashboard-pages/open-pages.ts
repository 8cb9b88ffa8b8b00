import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { chromiumFlags, chromiumPath } from './chromium.ts';

export interface LookOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** The time zone of the browser; default: Berlin. */
  readonly timeZone?: string;
  /** Whether the test expects errors in the browser. */
  readonly allow?: RegExp;
}

/** A browser that records errors, refusals of the content security policy, and requests to other hosts. */
export interface Pages {
  readonly open: (path: string, options?: LookOptions) => Promise<Page>;
  /** Throws if there were errors, refusals of the content security policy or requests to other hosts since the last call. */
  readonly mustBeQuiet: () => void;
  /** Discards the recorded errors, because the test expects them. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

/** Opens pages of a collector in a real browser. */
export async function openPages(url: string): Promise<Pages> {
  const browser: Browser = await chromium.launch({
    args: [...chromiumFlags],
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
  });
  const troubles: string[] = [];
  return {
    async open(
      path,
      { theme = 'light', width = 1280, height = 860, timeZone = 'Europe/Berlin', allow } = {},
    ) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: 'reduce',
        timezoneId: timeZone,
        acceptDownloads: true,
      });
      const page = await context.newPage();
      const note = (text: string): void => {
        if (allow?.test(text) !== true) troubles.push(`${path}: ${text}`);
      };
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') note(message.text());
      });
      page.on('pageerror', (error) => note(error.message));
      page.on('request', (request) => {
        const target = new URL(request.url());
        if (target.protocol.startsWith('http') && target.origin !== url)
          note(`asked elsewhere: ${request.url()}`);
      });
      await page.goto(url + path, { waitUntil: 'load' });
      // Until its code has drawn the page, there may be a plain table of the figures.
      await page.waitForFunction(() => {
        const root = document.getElementById('root');
        return root === null || root.querySelector(':scope > :not(.early-table), [role=alert]') !== null;
      });
      return page;
    },
    mustBeQuiet() {
      const noted = troubles.splice(0);
      if (noted.length > 0) throw new Error(`the page was not quiet:\n${noted.join('\n')}`);
    },
    forget: () => void troubles.splice(0),
    close: () => browser.close(),
  };
}

/** Returns the text of a code block, found by its copy button, because the block has an accessible name only if it scrolls. */
export function codeToCopy(page: Page, name: string): Locator {
  const button = page.getByRole('button', { name: `Copy ${name}`, exact: true });
  return page.locator('.code', { has: button }).locator('code');
}
