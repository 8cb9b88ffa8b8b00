import { describe, expect, it } from 'vitest';

import { TableRows } from '../row-buffer.ts';
import { SumsTable } from './sums-table.ts';
import { COUNT_MEASURES, MEASURES } from '../../engine/measures.ts';

const NO_COUNTS = Object.keys(COUNT_MEASURES).map(() => 0);
const ONE = 10n ** 18n;

/** The written cost of a row, in units of 10^-18 dollars. */
function costOf(costs: readonly bigint[]): bigint {
  const sums = new SumsTable();
  sums.reach(0);
  for (const cost of costs) sums.add(0, { counts: NO_COUNTS, durationUs: 0n, cost });
  const names = [...MEASURES];
  const rows = new TableRows(
    Object.fromEntries(names.map((name) => [name, name === 'cost' ? 'Decimal(38, 18)' : 'Int64'])),
  );
  sums.write(rows, 0, 0);
  rows.end();
  const { body } = rows;
  return body.readBigUInt64LE(body.length - 16) | (body.readBigInt64LE(body.length - 8) << 64n);
}

describe('SumsTable', () => {
  it.each([
    ['nothing', [], 0n],
    ['a small cost', [1n], 1n],
    ['a cost that was subtracted again', [5n, -5n], 0n],
    ['a cost of more than 64 bits', [9n * ONE, 9n * ONE], 18n * ONE],
    ['a cost of more than 64 bits, and then of less', [9n * ONE, 9n * ONE, -17n * ONE, 3n], ONE + 3n],
    ['a negative cost', [-20n * ONE, ONE], -19n * ONE],
    ['a cost at the limit of 64 bits', [2n ** 63n - 1n, 1n, -1n], 2n ** 63n - 1n],
  ] as const)('keeps costs exact: %s', (_, costs, expected) => {
    expect(costOf(costs)).toBe(expected);
  });

  it.each([
    ['nothing was added', [], true],
    ['a large cost', [20n * ONE], false],
    ['a large cost that was subtracted again', [20n * ONE, -20n * ONE], true],
  ] as const)('detects a row of zeros: %s', (_, costs, expected) => {
    const sums = new SumsTable();
    sums.reach(0);
    for (const cost of costs) sums.add(0, { counts: NO_COUNTS, durationUs: 0n, cost });
    expect(sums.isNothing(0)).toBe(expected);
  });
});
