import { env } from 'node:process';

/** `npm test` runs what an engineer needs all day, `.ci/run` runs everything. */
const isAll = env['USERSPAN_TEST_ALL'] === '1';

/** Number of runs of a test with random input: a quarter of `all` every day, and all with `USERSPAN_TEST_ALL=1`. */
export function everyday(all: number): number {
  return isAll ? all : Math.ceil(all / 4);
}

/** Rows of a table of tests: those that `isEveryday` accepts every day, and all with `USERSPAN_TEST_ALL=1`. */
export function everydayRows<Row>(rows: readonly Row[], isEveryday: (row: Row) => boolean): readonly Row[] {
  return isAll ? rows : rows.filter(isEveryday);
}
