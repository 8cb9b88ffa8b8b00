import { defineConfig } from 'vitest/config';

/** `pnpm pictures` runs the tests of pages and takes screenshots. */
export default defineConfig({
  test: {
    include: ['test/dashboard-pages/*.test.ts'],
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    env: { USERSPAN_PICTURES: 'packages/dashboard/pictures' },
  },
});
