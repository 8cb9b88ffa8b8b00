import { REPORTED } from './bill.ts';
import type { Cost, CostLine } from './cost.ts';

/**
 * One line of arithmetic that a person can check: `1,920 cached × $0.075 / 1M + 86 input × $0.15 / 1M +
 * 300 output × $0.60 / 1M = $0.0003369, list of 2026-09-23, priority`.
 */
export function explain(cost: Cost): string {
  if ('unpriced' in cost) return `unpriced: ${cost.unpriced}`;
  const { exact, source, asOf, tier } = cost;
  const sum = cost.lines.length === 0 ? 'nothing billed' : cost.lines.map(term).join(' + ');
  return `${sum} = $${exact}, ${ORIGIN[source]} ${asOf}${tier === undefined ? '' : `, ${tier}`}`;
}

const ORIGIN = { list: 'list of', custom: 'your price of', provider: 'reported on' } as const;

const UNITS: Readonly<Record<number, string>> = {
  60: ' / 60 s',
  1_000: ' / 1K',
  3_600: ' / 3,600 s',
  1_000_000: ' / 1M',
};

function term({ item, quantity, unitPrice, per }: CostLine): string {
  if (item === REPORTED) return `$${cents(unitPrice)} ${item}`;
  return `${grouped(quantity)} ${item} × $${cents(unitPrice)}${UNITS[per] ?? ''}`;
}

/** `1920` is `1,920`; what is too big or too broken for that stands as it is. */
function grouped(quantity: number): string {
  const [whole = '', fraction] = String(quantity).split('.');
  if (!/^\d+$/.test(whole)) return String(quantity);
  const groups = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** A price as people write it: `0.60`, `30.00`, `0.075`. */
function cents(price: number): string {
  const text = String(price);
  const decimals = text.split('.')[1]?.length ?? 0;
  return decimals >= 2 || text.includes('e') ? text : price.toFixed(2);
}
