import { defineConfig } from 'vitest/config';

/** Siblings resolve to their sources, so no build is needed before a unit test. */
const conditions = ['@userspan/source', 'node'];
const exclude = ['**/node_modules/**', '**/dist/**'];

/** Folders whose tests start no process, server of ours, engine or browser. A test in them has ten seconds. */
const unit = [
  'packages/{core,pricing,ledger,openai,langchain,dashboard}/src/**/*.test.{ts,tsx}',
  'packages/collector/src/otlp/**/*.test.ts',
];
/** Everything else: real processes, on machines that can be busy. */
const processes = [
  'packages/{node,web,collector}/src/**/*.test.{ts,tsx}',
  'test/*/**/*.test.ts',
  'examples/*/**/*.test.ts',
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: './test/build-commonjs.mjs',
    pool: 'forks',
    // The fake OpenAI API is on loopback, which is no host that is known to take `stream_options`.
    env: { USERSPAN_STREAM_USAGE_HOSTS: '127.0.0.1' },
    reporters: ['default', './test/count-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: unit,
          exclude,
          testTimeout: 10_000,
          hookTimeout: 10_000,
          expect: { poll: { timeout: 8_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: processes,
          exclude: [...exclude, ...unit],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // A condition that is waited for: on a busy machine it takes as long as it takes.
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
});
