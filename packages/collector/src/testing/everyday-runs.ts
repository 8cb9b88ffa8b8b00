import { env } from 'node:process';

/** Number of runs of a test with random input: a quarter of `all` every day, and all with `USERSPAN_TEST_ALL=1`. */
export function everyday(all: number): number {
  return env['USERSPAN_TEST_ALL'] === '1' ? all : Math.ceil(all / 4);
}
