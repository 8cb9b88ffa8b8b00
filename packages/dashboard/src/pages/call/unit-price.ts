import type { CostLine } from '../../api/calls.ts';
import { formatPrice } from '../../format/money.ts';

const units: Readonly<Record<number, string>> = {
  1: 'each',
  1000: '/ 1K',
  3600: '/ hour',
  1_000_000: '/ 1M',
};

/** Formats a price like `$2.50 / 1M`. */
export function writeUnitPrice(line: Pick<CostLine, 'unitPrice' | 'per'>): string {
  return `${formatPrice(line.unitPrice)} ${units[line.per] ?? `/ ${line.per}`}`;
}
