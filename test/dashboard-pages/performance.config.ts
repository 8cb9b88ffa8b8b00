import { defineConfig } from 'vitest/config';

/** `pnpm dashboard:performance`: minutes of work, so it is no part of `npm test`. */
export default defineConfig({
  test: { include: ['test/dashboard-pages/*.performance.ts'], testTimeout: 300_000, hookTimeout: 1_800_000 },
});
