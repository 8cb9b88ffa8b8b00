// oxlint-disable-next-line import/no-default-export -- as Vitest reads it
export default {
  test: { setupFiles: './test-runners/vitest-setup.mjs', include: ['test-runners/call.check.mjs'] },
};
