import { existsSync } from 'node:fs';

import { expect, test } from 'vitest';

import { bundle } from '../testing/bundle.ts';

test.each([
  ['index.ts', []],
  ['react.ts', ['react']],
])('%s has at most 6 KB when minified and compressed', async (file, external) => {
  const { gzipBytes } = await bundle({ file: `${import.meta.dirname}/${file}` }, { format: 'esm', external });
  expect(gzipBytes).toBeLessThanOrEqual(6000);
});

const built = `${import.meta.dirname}/../dist/index.js`;

// Bundlers keep a call at the top level of the one file of `core`, unless it is marked as pure.
test.skipIf(!existsSync(built))('the built index.js has at most 6 KB with the built core', async () => {
  const { gzipBytes } = await bundle({ file: built }, { format: 'esm', siblings: 'built' });
  expect(gzipBytes).toBeLessThanOrEqual(6000);
});
