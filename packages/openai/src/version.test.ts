import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { SCOPE_NAME, SCOPE_VERSION } from './version.ts';

test('exports the name and version of the package', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ name: SCOPE_NAME, version: SCOPE_VERSION });
});
