import axe from 'axe-core';
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

/** What axe finds that keeps somebody from using the page: its serious and critical findings, one line each. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  await settled(page);
  // Through the debugger: the content policy lets no script of ours into the page, and should not.
  await page.evaluate(axe.source);
  const violations = await page.evaluate<readonly AxeViolation[]>(
    'axe.run(document).then((results) => results.violations)',
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id} ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    );
}

/** Waits until nothing is dimmed any more because a newer answer is on its way: dimmed text has less contrast for that moment. */
async function settled(page: Page): Promise<void> {
  const isSettled = (): boolean =>
    document.querySelector('.skeleton, [aria-busy=true]') === null &&
    document.getAnimations().every((animation) => !(animation instanceof CSSTransition));
  await page.waitForFunction(isSettled, undefined, { timeout: 5000 }).catch(() => undefined);
}
