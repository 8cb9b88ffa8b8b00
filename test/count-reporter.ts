import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Counts for CI: into the file that `npm test` names, or `N passed, N failed, N skipped` alone on a line. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const before = count.failed;
      for (const test of module.children.allTests()) count[test.result().state]++;
      // A file that does not load, or a hook that fails, fails no test: it counts all the same.
      if (module.state() === 'failed' && count.failed === before) count.failed++;
    }
    const { passed, skipped } = count;
    const failed = count.failed + count.pending;
    const file = process.env['USERSPAN_TEST_COUNT_FILE'];
    if (file === undefined) console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
    else writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
  }
}
