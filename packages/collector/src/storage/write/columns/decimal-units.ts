import { exactDecimal, toUnits } from '@userspan/ledger';

import { numberIn } from './number-columns.ts';

/** Cache of decimals, because many calls have the same cost. */
const found = new Map<string, bigint>();
const MAX_FOUND = 4096;
const DECIMAL = /^-?\d+(\.\d*)?$/;

/** Converts a decimal, or a number with an exponent, to units of 10^-18. Throws for anything else. */
export function decimalUnits(text: string): bigint {
  let units = found.get(text);
  if (units === undefined) {
    units = DECIMAL.test(text) ? toUnits(text) : unitsOfNumber(numberIn(text));
    if (found.size >= MAX_FOUND) {
      found.clear();
    }
    found.set(text, units);
  }
  return units;
}

function unitsOfNumber(number: number): bigint {
  const decimal = exactDecimal(Math.abs(number));
  if (decimal === undefined) {
    throw new RangeError(`A column of decimals does not take ${number}.`);
  }
  return number < 0 ? -toUnits(decimal) : toUnits(decimal);
}
