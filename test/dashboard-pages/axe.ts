import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

interface AxeNode {
  readonly target: readonly string[];
  readonly failureSummary?: string;
}

interface AxeViolation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly AxeNode[];
}

/** Half the size of the readable file, and injected hundreds of times. */
const source = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Rules whose result depends on the theme. */
export const colourRules: readonly string[] = ['color-contrast', 'link-in-text-block'];

/** Returns axe's serious and critical findings, one line each. With `rules`, of these rules only. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  await settled(page);
  // Injected through the debugger, because the page's content security policy refuses other scripts.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const options = { resultTypes: ['violations'], ...(rules === undefined ? {} : { runOnly: rules }) };
  const violations = await page.evaluate<readonly AxeViolation[]>(
    `axe.run(document, ${JSON.stringify(options)}).then((results) => results.violations)`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id} ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    );
}

/** Waits until no text is dimmed, because text is dimmed, and has less contrast, while newer data is loading. */
async function settled(page: Page): Promise<void> {
  const isSettled = (): boolean =>
    document.querySelector('.skeleton, [aria-busy=true]') === null &&
    document.getAnimations().every((animation) => !(animation instanceof CSSTransition));
  await page.waitForFunction(isSettled, undefined, { timeout: 5000 }).catch(() => undefined);
}
