// oxlint-disable-next-line import/no-default-export -- as Vitest reads it
export default { test: { setupFiles: './vitest-setup.mjs', include: ['call.check.mjs'] } };
