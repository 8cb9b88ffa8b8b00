import { parse } from 'csv-parse/sync';
import { fromUnits, toUnits } from '@userspan/ledger';

import { objectOf, oneOf, refuseOthers, stringOf, wrong } from '../../alerts/rule.ts';

/** The revenue from a customer in a month, from one source. */
export interface RevenueAmount {
  readonly kind: 'user' | 'group';
  readonly customer: string;
  /** 202611. */
  readonly month: number;
  readonly source: string;
  /** Exact decimal of US dollars; negative if more was refunded. */
  readonly usd: string;
}

export const MONTH: RegExp = /^\d{4}-(0[1-9]|1[0-2])$/;
/** Maximum number of amounts in one request. */
export const MAX_AMOUNTS = 100_000;
const AMOUNT = /^-?\d{1,18}(\.\d{1,18})?$/;

/**
 * Reads amounts of a request. Amounts of the same customer, month and source are added.
 *
 * @throws TypeError that names what is wrong.
 */
export function parseRevenue(input: unknown, defaultSource: string): readonly RevenueAmount[] {
  if (!Array.isArray(input) || input.length > MAX_AMOUNTS) {
    throw new TypeError(`data must be a list of at most ${MAX_AMOUNTS} amounts`);
  }
  return addedUp(
    input.map((each: unknown) => {
      const given = objectOf(each, 'an amount');
      refuseOthers(given, ['user', 'group', 'month', 'usd', 'source'], 'an amount');
      return amountOf(given, defaultSource);
    }),
  );
}

/**
 * Reads a CSV with the columns `month`, `usd`, `user` or `group` and, optionally, `source`. Other columns are ignored.
 * Lines of the same customer, month and source are added.
 *
 * @throws TypeError that names the line.
 */
export function parseRevenueCsv(text: string, defaultSource: string): readonly RevenueAmount[] {
  let records: readonly {
    readonly record: Readonly<Record<string, string>>;
    readonly info: { lines: number };
  }[];
  try {
    records = parse(text, { bom: true, columns: true, info: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new TypeError(
      `the CSV cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`,
      {
        cause: error,
      },
    );
  }
  if (records.length === 0) throw new TypeError('the CSV has no line with an amount');
  if (records.length > MAX_AMOUNTS) throw new TypeError(`the CSV has more than ${MAX_AMOUNTS} amounts`);
  return addedUp(
    records.map(({ record, info }) => {
      try {
        const { user, group, month, usd, source } = record;
        const present = { user, group, source };
        const filled = Object.fromEntries(
          Object.entries(present).filter(([, value]) => (value ?? '') !== ''),
        );
        return amountOf({ ...filled, month, usd }, defaultSource);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        throw new TypeError(`line ${info.lines} of the CSV: ${error.message}`, { cause: error });
      }
    }),
  );
}

function amountOf(given: Readonly<Record<string, unknown>>, defaultSource: string): RevenueAmount {
  if ((given['user'] === undefined) === (given['group'] === undefined)) {
    throw new TypeError('an amount must have either "user" or "group"');
  }
  const kind = oneOf(given['group'] === undefined ? 'user' : 'group', ['user', 'group'] as const, 'kind');
  const month = stringOf(given['month'], 'month');
  if (!MONTH.test(month)) throw wrong('month', 'a month such as 2026-11', month);
  const usd = typeof given['usd'] === 'number' ? String(given['usd']) : given['usd'];
  if (typeof usd !== 'string' || !AMOUNT.test(usd)) {
    throw wrong('usd', 'a number of US dollars such as 29 or "29.50"', given['usd']);
  }
  return {
    kind,
    customer: stringOf(given[kind], kind),
    month: Number(month.replace('-', '')),
    source: stringOf(given['source'] ?? defaultSource, 'source'),
    usd,
  };
}

function addedUp(amounts: readonly RevenueAmount[]): readonly RevenueAmount[] {
  const sums = new Map<string, RevenueAmount>();
  for (const amount of amounts) {
    const { kind, customer, month, source, usd } = amount;
    const key = JSON.stringify([kind, customer, month, source]);
    const before = sums.get(key);
    sums.set(
      key,
      before === undefined ? amount : { ...amount, usd: fromUnits(toUnits(before.usd) + toUnits(usd)) },
    );
  }
  return [...sums.values()];
}
