import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { seriousFindings } from './axe.ts';
import { takePicture } from './take-picture.ts';

/** A task of a reader, as steps in the dashboard. It throws or times out if the dashboard has no answer. */
type Task = readonly [name: string, perform: (page: Page) => Promise<void>];

/** The conversation with an error in the sample data. */
export const broken = 'sample-thread-broken';

/** Opens an object with the command palette, from a part of its name or an id in a log line. */
async function find(page: Page, text: string, result: string | RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(text);
  await page.getByRole('option', { name: result }).first().click();
}

async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

async function mustShow(page: Page, ...texts: readonly (string | RegExp)[]): Promise<void> {
  for (const text of texts) await page.getByText(text).first().waitFor();
}

export const founder: readonly Task[] = [
  [
    'What did we spend, on how many users, and what will this month come to?',
    async (page) => {
      const figures = page.locator('.strip-value');
      await expect.poll(() => figures.nth(3).textContent()).toMatch(/^\$[\d,.]+/u);
      expect(Number(await figures.nth(0).textContent())).toBeGreaterThan(3);
      const month = page.locator('.band-card').filter({ hasText: 'This month' });
      await expect.poll(() => month.textContent()).toMatch(/This month\$[\d,.]+.*forecast \$[\d,.]+/u);
    },
  ],
  [
    'Who costs most?',
    async (page) => {
      const rows = page.getByRole('table', { name: 'Users' }).locator('[data-row]');
      await rows.first().waitFor();
      const costs = await page
        .locator('[data-row]')
        .evaluateAll((all) =>
          all
            .slice(0, 5)
            .map((row) => Number(/\$([\d.,]+)/u.exec(row.textContent ?? '')?.[1]?.replace(',', ''))),
        );
      expect(costs).toEqual(costs.toSorted((a, b) => b - a));
    },
  ],
  [
    'Is somebody out of bounds?',
    async (page) => {
      await go(page, 'Alerts');
      await mustShow(page, 'sample-hedy.lamarr');
      await takePicture(page, 'alerts-light');
    },
  ],
  [
    'Whom do we lose money on?',
    async (page) => {
      await go(page, 'Margin');
      const largest = page.locator('tbody tr').first();
      await expect.poll(() => largest.textContent()).toMatch(/^Hedy Lamarr.*−\$\d/u);
      await takePicture(page, 'margin-light');
    },
  ],
  [
    'Why does she cost that much?',
    async (page) => {
      await find(page, 'hedy', /Hedy Lamarr/u);
      await page.getByRole('heading', { level: 1, name: 'Hedy Lamarr' }).waitFor();
      await page.getByRole('button', { name: /^Threads/u }).click();
      await mustShow(page, 'sample-thread-runaway');
    },
  ],
  [
    'Which model costs most?',
    async (page) => {
      await go(page, 'Models');
      await page.locator('[aria-sort=descending]').filter({ hasText: 'Cost' }).waitFor();
      await expect
        .poll(() => page.locator('[data-row] .row-link').first().textContent())
        .toMatch(/^[\w.-]+$/u);
    },
  ],
  [
    'What does one customer cost?',
    async (page) => {
      await find(page, 'acme', /acme.*Group/u);
      await page.locator('h1', { hasText: 'acme' }).waitFor();
      await mustShow(page, 'Per user', 'Members');
      await expect.poll(() => page.locator('.strip-value').nth(3).textContent()).toMatch(/^\$[\d,.]+/u);
    },
  ],
  [
    'How much of it has no user?',
    async (page) => {
      await go(page, 'Unattributed');
      await mustShow(page, 'userspan-sample');
    },
  ],
  [
    'What has no price?',
    async (page) => {
      await go(page, 'Prices');
      await mustShow(page, 'house-model-1');
    },
  ],
  [
    'Give me the list for the spreadsheet.',
    async (page) => {
      await go(page, 'Users');
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'CSV' }).click();
      expect((await download).suggestedFilename()).toMatch(/\.csv$/u);
    },
  ],
];

export const support: readonly Task[] = [
  [
    'Who is grace.hopper@example.com?',
    async (page) => {
      await find(page, 'grace.hopper@example.com', /Grace Hopper/u);
      await page.getByRole('heading', { level: 1, name: 'Grace Hopper' }).waitFor();
    },
  ],
  [
    'What did she talk about?',
    async (page) => {
      await page.getByRole('button', { name: /^Threads/u }).click();
      await page.getByRole('link', { name: /Where is my parcel/u }).click();
      await page.getByRole('heading', { level: 1, name: broken }).waitFor();
    },
  ],
  [
    'What was she told?',
    async (page) => {
      await mustShow(page, 'Where is my parcel? Order 2026-1147.');
      await page.getByRole('cell', { name: 'delivered' }).waitFor();
    },
  ],
  [
    'Did it work at the first try?',
    async (page) => {
      await page.getByText('2 failed attempts before an answer').click();
      expect(await page.getByRole('link', { name: 'rate_limit_exceeded' }).count()).toBe(2);
    },
  ],
  [
    'Which tool failed, and what was it asked?',
    async (page) => {
      await page.getByText('find_order').first().click();
      await mustShow(page, '"order": "2026-1147"', 'the order service did not answer');
    },
  ],
  ['Was she content?', (page) => mustShow(page, 'thumb down', 'score 0.1', 'Not delivered at all!')],
  [
    'Show it to a colleague.',
    async (page) => {
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme });
        expect(await seriousFindings(page)).toEqual([]);
        await takePicture(page, `conversation-${theme}`);
      }
      await page.emulateMedia({ colorScheme: 'light' });
    },
  ],
  [
    'Did she ask again, and is something unanswered?',
    (page) => mustShow(page, 'sent again', '6 min later', 'Are you still there?', 'No answer was recorded.'),
  ],
  [
    'Why did the first try fail?',
    async (page) => {
      await page.getByRole('link', { name: 'rate_limit_exceeded' }).first().click();
      await page.getByRole('heading', { name: 'The call failed.' }).waitFor();
      await mustShow(
        page,
        'RateLimitError',
        /429 Rate limit reached/u,
        'answer (desk.js:41)',
        'Attempt 1 of 3',
      );
      await page.getByRole('link', { name: 'Open the successful attempt' }).click();
      await mustShow(page, 'Attempt 3 of 3', /to first chunk/u);
      expect(await seriousFindings(page)).toEqual([]);
    },
  ],
  [
    'Who else wrote of a parcel?',
    async (page) => {
      await go(page, 'Threads');
      await page.getByRole('button', { name: 'Content' }).click();
      await page.getByRole('searchbox').fill('PARCEL');
      // Depending on the time of day, another conversation in the sample data also contains "parcel".
      await page.waitForFunction(() => document.querySelectorAll('[data-row]').length < 5);
      // Rows of the previous search are dimmed while the new ones load.
      await expect.poll(() => seriousFindings(page)).toEqual([]);
      await page.getByRole('link', { name: /Where is my parcel/u }).click();
      await page.getByText(/^\d of \d$/u).waitFor();
    },
  ],
];

export const platform = (ids: { readonly traceId: string; readonly spanId: string }): readonly Task[] => [
  [
    'A log line has a trace id: what is it?',
    async (page) => {
      await find(page, ids.traceId, /by its trace id/u);
      await mustShow(page, ids.traceId);
    },
  ],
  [
    'And this span id?',
    async (page) => {
      await find(page, ids.spanId, /by its span id/u);
      await page.getByRole('heading', { level: 1, name: ids.spanId }).waitFor();
    },
  ],
  [
    'What did the tool in this trace get?',
    async (page) => {
      await page.getByRole('link', { name: 'execute_tool find_order' }).click();
      await mustShow(page, 'gen_ai.tool.call.arguments');
    },
  ],
  [
    'How does the cost of a call add up?',
    async (page) => {
      await page.getByRole('link', { name: 'Open the successful attempt' }).click();
      await page.getByRole('region', { name: 'Cost' }).getByText('Input', { exact: false }).first().waitFor();
    },
  ],
  ['How do we know the user?', (page) => mustShow(page, 'Source of the user')],
  [
    'Which calls of the user fail?',
    async (page) => {
      await page.getByRole('link', { name: 'sample-grace.hopper' }).first().click();
      await page.getByRole('button', { name: 'Errors', exact: true }).click();
      await page.waitForFunction(
        () =>
          document.querySelectorAll('[data-row]').length > 0 &&
          Array.from(document.querySelectorAll('[data-row]')).every((row) =>
            row.textContent?.includes('error'),
          ),
      );
    },
  ],
  [
    'Which calls fail, whoever made them?',
    async (page) => {
      await go(page, 'Calls');
      await page.getByRole('button', { name: 'Errors', exact: true }).click();
      await page.waitForFunction(
        () =>
          document.querySelectorAll('[data-row]').length > 1 &&
          Array.from(document.querySelectorAll('[data-row]')).every((row) =>
            row.textContent?.includes('error'),
          ),
      );
      await page.getByRole('button', { name: 'CSV' }).waitFor();
    },
  ],
  [
    'Which conversations fail most?',
    async (page) => {
      await go(page, 'Threads');
      await page.getByRole('button', { name: 'With errors' }).click();
      await page.getByRole('columnheader', { name: 'Errors' }).getByRole('button').click();
      await page.waitForFunction(
        () => document.querySelector('[aria-sort=descending]')?.textContent?.includes('Errors') === true,
      );
    },
  ],
  [
    'Where do spans go in?',
    async (page) => {
      await go(page, 'Connect');
      await mustShow(page, /\/v1\/traces|OTEL_EXPORTER_OTLP/u);
    },
  ],
  [
    'Does the collector keep up, and are all sums right?',
    async (page) => {
      await go(page, 'Collector');
      await mustShow(page, 'Write-ahead log', 'Store');
      await page.locator('dd strong').filter({ hasText: /^ok$/u }).first().waitFor();
    },
  ],
  [
    'Take the sample data out again.',
    async (page) => {
      await go(page, 'Users');
      await page.getByRole('button', { name: 'Remove sample data' }).click();
      await mustShow(page, /Load sample data/u);
    },
  ],
];
