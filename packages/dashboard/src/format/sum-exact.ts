/** Adds decimal strings exactly; undefined for an empty list. */
export function sumExact(amounts: readonly string[]): string | undefined {
  if (amounts.length === 0) return undefined;
  const decimals = Math.max(...amounts.map((amount) => decimalsOf(amount)));
  let sum = 0n;
  for (const amount of amounts) {
    const [whole = '0', fraction = ''] = amount.split('.');
    const digits = BigInt(`${whole.replace('-', '')}${fraction.padEnd(decimals, '0')}`);
    sum += amount.startsWith('-') ? -digits : digits;
  }
  const sign = sum < 0n ? '-' : '';
  const text = (sum < 0n ? -sum : sum).toString().padStart(decimals + 1, '0');
  const whole = text.slice(0, text.length - decimals);
  const fraction = text.slice(text.length - decimals).replace(/0+$/u, '');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

function decimalsOf(amount: string): number {
  const point = amount.indexOf('.');
  return point === -1 ? 0 : amount.length - point - 1;
}
