import { isUnitName } from '@userspan/pricing';
import { readCount } from './read-attribute.ts';

/** Counts of units that a dialect has no field for, by name. A call that has one is partly unpriced. */
export type UnknownCounts = Readonly<Record<string, number>>;

/** Parts of the input or output that cost what the whole costs, and limits, which count nothing. */
const HIDES_NO_COST =
  /(?:^|[._])(?:text|(?:accepted|rejected)_prediction|system_instruction|max|context_window)(?:_tokens)?$/i;

/**
 * Adds the count of a unit that a dialect has no field for. A name that is no unit's, a count that is not above 0, and
 * a part that costs what the whole costs add nothing.
 *
 * @param found what was found before; `undefined` for nothing
 * @param source where the count stands
 * @param key the name of the count in `source`
 * @param unit the name of the unit for people, for example `hologram_tokens`
 */
export function addUnknownCount(
  found: UnknownCounts | undefined,
  source: Readonly<Record<string, unknown>>,
  key: string,
  unit: string,
): UnknownCounts | undefined {
  if (!isUnitName(unit) || HIDES_NO_COST.test(unit)) return found;
  const count = readCount(source, key);
  if (count === undefined || !(count > 0)) return found;
  // An underscore tells it from the fields of `Usage`.
  return { ...found, [unit.includes('_') ? unit : `unknown_${unit}`]: count };
}
