import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

import { defineConfig } from 'vitest/config';

import { LongestFirst } from './test/longest-first.ts';

/** Siblings resolve to their sources, so no build is needed before a unit test. */
const conditions = ['@userspan/source', 'node'];
const exclude = ['**/node_modules/**', '**/dist/**'];

/** Folders whose tests start no process, server of ours, engine or browser. A test in them has ten seconds. */
const unit = [
  'packages/{core,pricing,ledger,openai,langchain,dashboard}/src/**/*.test.{ts,tsx}',
  'packages/collector/src/otlp/**/*.test.ts',
];
/** Of those, tests with random input, which take as long as their number of runs: a minute each. */
const random = readdirSync(new URL('packages/', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter(
    (file) =>
      !file.includes('node_modules') &&
      /^(core|pricing|ledger|openai|langchain|dashboard|collector\/src\/otlp)\/.*\.test\.ts$/.test(file),
  )
  .map((file) => `packages/${file}`)
  .filter((file) => readFileSync(new URL(file, import.meta.url), 'utf8').includes("'fast-check'"));
/** A minute or more each, of what shorter tests cover in part: `.ci/run` runs them. */
const long =
  process.env.USERSPAN_TEST_ALL === '1'
    ? []
    : [
        // The tables of `clickhouse-store.test.ts`, in distributed tables.
        'packages/collector/src/storage/read/cluster.test.ts',
        // `split-batches.test.ts` stops batches between their parts, and restarts, in one process with small parts.
        'packages/collector/src/attribution/kill-between-parts.test.ts',
        // Random runs. `channels.test.ts` has the digests of several days with a restart and a receiver that is down.
        'packages/collector/src/alerts/delivery/digest.property.test.ts',
      ];
/** Tests wait for processes and engines more than they compute, so there is one worker more than cores; each may start a collector of a gigabyte. */
const workers = Math.max(2, Math.min(availableParallelism() + 1, Math.floor(totalmem() / 2 ** 30 / 3)));
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
    globalSetup: './test/global-setup.mjs',
    pool: 'forks',
    maxWorkers: workers,
    sequence: { sequencer: LongestFirst },
    // The fake OpenAI API is on loopback, which is no host that is known to take `stream_options`.
    env: { USERSPAN_STREAM_USAGE_HOSTS: '127.0.0.1' },
    reporters: ['default', './test/count-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: unit,
          exclude: [...exclude, ...random],
          testTimeout: 10_000,
          hookTimeout: 10_000,
          expect: { poll: { timeout: 8_000 } },
        },
      },
      {
        extends: true,
        test: { name: 'random', include: random, exclude, testTimeout: 60_000, hookTimeout: 10_000 },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: processes,
          exclude: [...exclude, ...unit, ...random, ...long],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // A condition that is waited for: on a busy machine it takes as long as it takes.
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
});
