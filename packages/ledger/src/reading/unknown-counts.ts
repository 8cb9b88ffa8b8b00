import { isUnitName } from '@userspan/pricing';
import { readCount } from './read-attribute.ts';

/** Counts of units for which a dialect has no field, by name. A call with such a count is partly unpriced. */
export type UnknownCounts = Readonly<Record<string, number>>;

/** Parts of the input or output with the price of the whole, and limits, which are not counts. */
const HIDES_NO_COST =
  /(?:^|[._])(?:text|(?:accepted|rejected)_prediction|system_instruction|max|context_window)(?:_tokens)?$/i;

/**
 * Adds the count of a unit for which a dialect has no field. Ignores names that are not units, counts that are not
 * above 0, and parts with the price of the whole.
 *
 * @param found the counts found so far; `undefined` for none
 * @param source the object with the count
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
  // An underscore distinguishes it from the fields of `Usage`.
  return { ...found, [unit.includes('_') ? unit : `unknown_${unit}`]: count };
}
