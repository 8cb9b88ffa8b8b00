import { expect, test } from 'vitest';

import { csvLine } from './csv.ts';

test.each([
  [7.5e-7, '0.00000075'],
  [-1e-7, '-0.0000001'],
  [1.25e-10, '0.000000000125'],
  [5e-324, `0.${'0'.repeat(323)}5`],
  [1e21, '1000000000000000000000'],
  [1.5e21, '1500000000000000000000'],
  [0.1, '0.1'],
  [0, '0'],
  [-12, '-12'],
  [null, ''],
  [true, 'true'],
])('%s is written as %s', (value, text) => {
  expect(csvLine([value])).toBe(`${text}\r\n`);
});
