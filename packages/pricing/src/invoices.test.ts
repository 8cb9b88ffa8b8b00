import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dollarsOf, normalizeUsage, priceOf } from './index.ts';
import type { CostInDollars, PriceOptions, PriceRequest, UnpricedCost, UsageApi } from './index.ts';

/**
 * Invoices calculated by hand from the named sources (`../invoices/*.json`), as literal numbers, not with the code
 * under test. `arithmetic` is checked against `usd` by separate code.
 */
interface Invoice extends Omit<PriceRequest, 'usage'> {
  readonly name: string;
  readonly source: string;
  readonly api: UsageApi;
  readonly raw: unknown;
  readonly prices?: PriceOptions;
  readonly arithmetic?: string;
  readonly usd?: string;
  readonly unpriced?: string;
  /** For a partly unpriced call: the units without a price, and the cost of the others. */
  readonly unpricedUnits?: readonly string[];
  readonly pricedPart?: string;
}

const folder = new URL('../invoices/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .toSorted();

let invoices = 0;

describe.each(files)('%s', (file) => {
  const rows = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Invoice[];
  invoices += rows.length;

  it.each(rows.filter((row) => row.usd !== undefined))('$name', (row) => {
    expect(byHand(row.arithmetic ?? '')).toBe(row.usd);
    const { exact, usd, lines } = costOf(row) as {
      exact: string;
      usd: number;
      lines: readonly { usd: number }[];
    };
    expect({ exact, usd }).toEqual({ exact: row.usd, usd: Number(row.usd) });
    expect(lines.reduce((sum, line) => sum + line.usd, 0)).toBeCloseTo(usd, 9);
  });

  it.each(rows.filter((row) => row.unpriced !== undefined && row.pricedPart === undefined))(
    '$name',
    (row) => {
      expect(costOf(row)).toEqual({ unpriced: row.unpriced });
    },
  );

  it.each(rows.filter((row) => row.pricedPart !== undefined))('$name', (row) => {
    expect(byHand(row.arithmetic ?? '')).toBe(row.pricedPart);
    const { unpriced, unpricedUnits, pricedPart } = costOf(row) as UnpricedCost;
    expect({ unpriced, unpricedUnits, pricedPart: pricedPart?.exact }).toEqual({
      unpriced: row.unpriced,
      unpricedUnits: row.unpricedUnits,
      pricedPart: row.pricedPart,
    });
  });

  it.each(rows)('names its source: $name', (row) => {
    expect(row.source.length).toBeGreaterThan(3);
  });
});

it('has at least 150 invoices', () => {
  expect(invoices).toBeGreaterThanOrEqual(150);
});

function costOf({ api, raw, prices, ...request }: Invoice): unknown {
  const call = { ...request, usage: normalizeUsage(api, raw) };
  const cost = priceOf(call, prices);
  expect(inDollars(dollarsOf(call, prices))).toEqual(inDollars(cost));
  return cost;
}

/** The cost attributes of a span. */
function inDollars(cost: CostInDollars | UnpricedCost): unknown {
  if ('unpriced' in cost) {
    const { unpriced, unpricedUnits, pricedPart } = cost;
    return { unpriced, unpricedUnits, pricedPart: pricedPart?.usd };
  }
  const { usd, source, asOf } = cost;
  return { usd, source, asOf };
}

/** `1,920 × 0.075 / 1M + 86 × 0.15 / 1M`, in fractions of whole numbers, rounded half to even at 18 decimals. */
function byHand(arithmetic: string): string {
  let top = 0n;
  let bottom = 1n;
  for (const term of arithmetic.split(' + ')) {
    let [n, d] = fraction(term.split(' ')[0] ?? '');
    for (const [, operator, operand = ''] of term.matchAll(/ ([×/]) (\S+)/g)) {
      const [on, od] = fraction(operand);
      [n, d] = operator === '×' ? [n * on, d * od] : [n * od, d * on];
    }
    [top, bottom] = [top * d + n * bottom, bottom * d];
  }
  const scaled = top * 10n ** 18n;
  const rest = (scaled % bottom) * 2n;
  const floor = scaled / bottom;
  const up = rest > bottom || (rest === bottom && floor % 2n === 1n);
  const digits = String(up ? floor + 1n : floor).padStart(19, '0');
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, '');
}

function fraction(text: string): [n: bigint, d: bigint] {
  const [, number = '', unit] = /^([\d,.]+)([MK]?)$/.exec(text) ?? [];
  const [whole = '', decimals = ''] = number.replaceAll(',', '').split('.');
  const factor = unit === 'M' ? 1_000_000n : unit === 'K' ? 1_000n : 1n;
  return [BigInt(whole + decimals) * factor, 10n ** BigInt(decimals.length)];
}
