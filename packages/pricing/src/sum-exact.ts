import { toDecimal } from './rational.ts';

const DECIMALS = 18;
const SCALE = 10n ** BigInt(DECIMALS);
const DECIMAL = /^(\d+)(?:\.(\d{1,18}))?$/;

/**
 * Adds decimal strings of US dollars, such as `cost.exact`, without losing a digit: a million calls of $0.00000885
 * are $8.85. Throws a RangeError for a text that is not one of ours.
 */
export function sumExact(amounts: Iterable<string>): string {
  let total = 0n;
  for (const amount of amounts) {
    const match = DECIMAL.exec(amount);
    if (match === null) throw new RangeError(`not an exact amount of US dollars: ${JSON.stringify(amount)}`);
    total += BigInt(`${match[1] ?? ''}${(match[2] ?? '').padEnd(DECIMALS, '0')}`);
  }
  return toDecimal({ n: total, d: SCALE });
}
