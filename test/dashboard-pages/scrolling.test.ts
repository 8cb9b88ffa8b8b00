import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { openPages, type Pages } from './open-pages.ts';
import { randomId, sendSpans, type TestSpan } from './otlp-span.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

const line = 'a_word_that_does_not_end_'.repeat(12);
const lines = Array.from({ length: 60 }, (_, at) => `${at} ${line}`).join('\n');
const wideAnswer = `Run this:\n\n\`\`\`\n${line}\n\`\`\`\n\n| ${Array.from({ length: 20 }, (_, at) => `column${at}`).join(' | ')} |\n|${'---|'.repeat(20)}\n| ${'value | '.repeat(20)}`;

const traceId = randomId(16);
const callId = randomId(8);
const who = { 'user.id': 'u_1042', 'user.name': 'Ada', 'gen_ai.conversation.id': 'wide' };
const base = { service: 'chat', scope: '@userspan/openai', traceId, durationMs: 900 };
const now = Date.now();
const spans: readonly TestSpan[] = [
  {
    ...base,
    spanId: callId,
    name: 'chat gpt-4o-mini-2024-07-18',
    startMs: now - 5000,
    attributes: {
      ...who,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.usage.input_tokens': 123_456,
      'gen_ai.usage.output_tokens': 98_765,
      'gen_ai.input.messages': messages('user', 'How?'),
      'gen_ai.output.messages': messages('assistant', wideAnswer),
      'exception.stacktrace': lines,
      'error.type': 'timeout',
      note: lines,
      unbroken: line,
      short: 'x',
    },
    error: lines,
  },
  {
    ...base,
    spanId: randomId(8),
    parentSpanId: callId,
    name: 'execute_tool search',
    startMs: now - 4000,
    attributes: {
      ...who,
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search',
      'gen_ai.tool.call.arguments': JSON.stringify({ list: lines.split('\n') }),
      'gen_ai.tool.call.result': lines,
    },
  },
];

function messages(role: string, content: string): string {
  return JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
}

interface Region {
  readonly name: string;
  readonly scrolls: boolean;
  readonly isReached: boolean;
}

/** Every box that may scroll, except the page itself. */
function regionsOf(page: Page): Promise<readonly Region[]> {
  return page.evaluate(() => {
    const focusable = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    return Array.from(document.querySelectorAll<HTMLElement>('main *'))
      .filter((element) => /auto|scroll/u.test(getComputedStyle(element).overflow))
      .filter((element) => element.checkVisibility())
      .map((element) => ({
        name: `${element.className} ${element.getAttribute('aria-label') ?? ''}`,
        scrolls: element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight,
        isReached: element.tabIndex === 0 || element.querySelector(focusable) !== null,
      }));
  });
}

describe.skipIf(cannotLook !== undefined)('what scrolls inside a page', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector(['--content']);
    await sendSpans(collector.url, spans);
    await waitForJson<{ readonly calls: number }>(`${collector.url}/api/summary`, ({ calls }) => calls === 1);
    pages = await openPages(collector.url);
  }, 60_000);
  afterEach(() => pages.mustBeQuiet());
  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test.each([
    ['/', 360, 'Ada'],
    [`/call?trace=${traceId}&span=${callId}`, 360, 'unbroken'],
    [`/call?trace=${traceId}&span=${callId}`, 1440, 'unbroken'],
    ['/thread?id=wide', 360, 'Run this'],
    ['/thread?id=wide', 1440, 'Run this'],
    ['/margin', 360, 'Ada'],
    ['/connect', 360, 'npm install'],
    ['/connect', 1440, 'npm install'],
  ])('%s at %d px: Tab comes to it where it scrolls, and only there', async (path, width, sign) => {
    const page = await pages.open(path, { width });
    page.setDefaultTimeout(10_000);
    await page.getByText(sign).first().waitFor();
    await page.waitForFunction(() => document.querySelector('.skeleton, .band-place') === null);
    await page.locator('details').evaluateAll((all) => {
      for (const details of all) details.setAttribute('open', '');
    });
    await expect
      .poll(async () => (await regionsOf(page)).filter(({ scrolls, isReached }) => scrolls && !isReached))
      .toEqual([]);
    const needless = page.locator('main [role=group][tabindex="0"]');
    expect(
      await needless.evaluateAll((all) =>
        all
          .filter((box) => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight)
          .map((box) => box.outerHTML.slice(0, 80)),
      ),
    ).toEqual([]);
    expect(await seriousFindings(page)).toEqual([]);
    await page.context().close();
  });

  test('the arrow keys scroll a long attribute; a short one is no stop', async () => {
    const page = await pages.open(`/call?trace=${traceId}&span=${callId}`, { width: 360 });
    page.setDefaultTimeout(10_000);
    const note = page.getByRole('group', { name: 'Value of note' });
    await note.focus();
    for (let at = 0; at < 3; at++) await page.keyboard.press('ArrowDown');
    await expect.poll(() => note.evaluate((box) => box.scrollTop)).toBeGreaterThan(0);
    expect(await page.getByRole('group', { name: 'Value of short' }).count()).toBe(0);
    await page.context().close();
  });

  test.each([360, 768, 1024, 1440])('%d px: no figure in the strip of a call is cut', async (width) => {
    const page = await pages.open(`/call?trace=${traceId}&span=${callId}`, { width });
    const figures = page.locator('.stat-strip dd');
    await figures.first().waitFor();
    const boxes = await figures.evaluateAll((all) =>
      all.map((box) => ({
        text: box.textContent,
        isCut: box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1,
        top: Math.round(box.getBoundingClientRect().top),
      })),
    );
    expect(boxes.filter(({ isCut }) => isCut)).toEqual([]);
    // As many in each row.
    const inRow = boxes.map(({ top }) => boxes.filter((other) => other.top === top).length);
    expect(new Set(inRow).size).toBe(1);
    await page.context().close();
  });
});
