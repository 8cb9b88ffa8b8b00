import { expect, test } from 'vitest';

import { bundle } from '../testing/bundle.ts';

test.each([
  ['index.ts', []],
  ['react.ts', ['react']],
])('%s has at most 6 KB when minified and compressed', async (file, external) => {
  const { gzipBytes } = await bundle({ file: `${import.meta.dirname}/${file}` }, { format: 'esm', external });
  expect(gzipBytes).toBeLessThanOrEqual(6000);
});
