const PICO_PER_DOLLAR = 1_000_000_000_000;
const ZEROS = '000000000000';

/**
 * US dollars of a safe integer of pico-dollars, as a decimal string without trailing zeros.
 *
 * Any price in whole millionths of a dollar per 1M tokens is a whole number of pico-dollars a token, so this covers
 * nearly every call without a BigInt.
 */
export function picoToDecimal(pico: number): string {
  const whole = Math.floor(pico / PICO_PER_DOLLAR);
  const rest = String(pico % PICO_PER_DOLLAR);
  let end = rest.length;
  while (end > 0 && rest.charCodeAt(end - 1) === 48) end -= 1;
  if (end === 0) return String(whole);
  return `${String(whole)}.${ZEROS.slice(rest.length)}${rest.slice(0, end)}`;
}

/** The nearest double: both numbers are exact, so their quotient is correctly rounded. */
export function picoToDouble(pico: number): number {
  return pico / PICO_PER_DOLLAR;
}
