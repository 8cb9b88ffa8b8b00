import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Counts for CI: into the file that `npm test` names, with what failed, or `N passed, N failed, N skipped` alone on a line. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    const failures = errors.map((error) => `outside of a test: ${error.message}`);
    for (const module of modules) {
      const before = count.failed;
      for (const test of module.children.allTests()) {
        const { state, errors: why } = test.result();
        count[state]++;
        if (state === 'failed')
          failures.push(`${module.relativeModuleId} > ${test.fullName}\n    ${why[0]?.message}`);
      }
      // A file that does not load, or a hook that fails, fails no test: it counts all the same.
      if (module.state() === 'failed' && count.failed === before) {
        count.failed++;
        failures.push(`${module.relativeModuleId}\n    ${module.errors()[0]?.message}`);
      }
    }
    const { passed, skipped } = count;
    const failed = count.failed + count.pending;
    const file = process.env['USERSPAN_TEST_COUNT_FILE'];
    if (file === undefined) console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
    else writeFileSync(file, JSON.stringify({ passed, failed, skipped, failures }));
  }
}
