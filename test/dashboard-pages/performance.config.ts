import { defineConfig } from 'vitest/config';

/** `pnpm dashboard:performance`. It takes minutes, so it is not a part of `npm test`. */
export default defineConfig({
  test: { include: ['test/dashboard-pages/*.performance.ts'], testTimeout: 300_000, hookTimeout: 1_800_000 },
});
