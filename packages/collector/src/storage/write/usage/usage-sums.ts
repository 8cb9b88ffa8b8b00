import { COUNT_MEASURES } from '../../engine/measures.ts';
import type { CallRow } from '../call-row.ts';
import { decimalUnits } from '../columns/decimal-units.ts';

/** What a call adds to a roll-up or subtracts from it. */
export interface Sums {
  /** In the order of `COUNT_MEASURES`. */
  readonly counts: readonly number[];
  readonly durationUs: bigint;
  /** In units of the stored decimal. */
  readonly cost: bigint;
}

const COUNTS = Object.values(COUNT_MEASURES).map((measure) => measure.of);

/** What one call adds (`1`) or subtracts (`-1`). */
export function figuresOf(row: CallRow, sign: 1 | -1): Sums {
  const durationUs = wholeMicroseconds(row.duration_ns);
  const cost = row.cost === null ? 0n : decimalUnits(row.cost);
  return {
    counts: COUNTS.map((of) => sign * of(row)),
    durationUs: sign === 1 ? durationUs : -durationUs,
    cost: sign === 1 ? cost : -cost,
  };
}

/** Rounds to whole microseconds, so that sums are exact. The check query rounds in the same way. */
function wholeMicroseconds(ns: string): bigint {
  return ns.length <= 3 ? 0n : BigInt(ns.slice(0, -3));
}
