import { defineConfig } from 'vitest/config';

/** Siblings resolve to their sources, so no build is needed before a unit test. */
const conditions = ['@userspan/source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'test/*/**/*.test.ts', 'examples/*/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: './test/build-commonjs.mjs',
    pool: 'forks',
    // The fake OpenAI API is on loopback, which is no host that is known to take `stream_options`.
    env: { USERSPAN_STREAM_USAGE_HOSTS: '127.0.0.1' },
    // Many tests start real processes, and machines can be busy.
    testTimeout: 120_000,
    // A condition that is waited for: on a busy machine it takes as long as it takes.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    reporters: ['default', './test/count-reporter.ts'],
  },
});
