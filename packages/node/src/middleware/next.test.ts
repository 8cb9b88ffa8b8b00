import { expect, test } from 'vitest';

import { withUserspan } from './next.ts';

const EXTERNAL = ['openai', '@userspan/core', '@userspan/langchain', '@userspan/node', '@userspan/openai'];

test('excludes openai and Userspan from the bundle, and changes nothing else', () => {
  const config = { reactStrictMode: true, serverExternalPackages: ['sharp', 'openai'] };
  expect(withUserspan(config)).toEqual({
    reactStrictMode: true,
    serverExternalPackages: ['sharp', ...EXTERNAL],
  });
  expect(config.serverExternalPackages).toEqual(['sharp', 'openai']);
  expect(withUserspan()).toEqual({ serverExternalPackages: EXTERNAL });
});

test('accepts a sync or async function of the phase', async () => {
  const expected = { env: { phase: 'build' }, serverExternalPackages: EXTERNAL };
  expect(withUserspan((phase: string) => ({ env: { phase } }))('build')).toEqual(expected);
  await expect(
    withUserspan((phase: string) => Promise.resolve({ env: { phase } }))('build'),
  ).resolves.toEqual(expected);
});
