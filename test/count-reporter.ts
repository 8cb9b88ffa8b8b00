import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** The results of the tests of one file. */
interface FileCount {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
}

/** Counts tests for CI. Writes results by test file to the file that `npm test` names, or prints `N passed, N failed, N skipped` on a line. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const files = modules.map(countOf);
    const file = process.env['USERSPAN_TEST_COUNT_FILE'];
    if (file !== undefined) {
      const outside = errors.map((error) => `outside of a test: ${error.message}`);
      writeFileSync(file, JSON.stringify({ files, errors: outside }));
      return;
    }
    const sum = (key: 'passed' | 'failed' | 'skipped') =>
      files.reduce((total, count) => total + count[key], 0);
    console.log(
      `\n${sum('passed')} passed, ${sum('failed') + errors.length} failed, ${sum('skipped')} skipped`,
    );
  }
}

function countOf(module: TestModule): FileCount {
  const count: FileCount = {
    file: module.relativeModuleId,
    passed: 0,
    failed: 0,
    skipped: 0,
    failures: [],
  };
  for (const test of module.children.allTests()) {
    const { state, errors } = test.result();
    count[state === 'pending' ? 'failed' : state] += 1;
    if (state === 'failed')
      count.failures.push(`${count.file} > ${test.fullName}\n    ${errors[0]?.message}`);
  }
  // A file that does not load, or a hook that fails, is counted as a failure, although no test failed.
  if (module.state() === 'failed' && count.failed === 0) {
    count.failed += 1;
    count.failures.push(`${count.file}\n    ${module.errors()[0]?.message}`);
  }
  return count;
}
