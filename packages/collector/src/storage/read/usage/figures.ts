import { fromUnits, toUnits } from '@userspan/ledger';

import { COUNT_FIGURE_NAMES, COUNT_FIGURES, FIGURE_DESCRIPTIONS } from '../../engine/measures.ts';
import type { CountFigure } from '../../engine/measures.ts';
import type { Sql } from '../../engine/sql.ts';

export { COUNT_FIGURE_NAMES, FIGURE_DESCRIPTIONS };

type Expression = readonly [column: string, of: 'shown' | 'counted' | 'verified' | 'claimed'];

/** SQL of the measures that answers show unchanged. */
const COUNT_EXPRESSIONS = Object.fromEntries(
  COUNT_FIGURE_NAMES.map((name) => [name, [COUNT_FIGURES[name], 'counted']]),
) as unknown as Readonly<Record<CountFigure, Expression>>;

/** The sums of a row of figures: name, columns, and whether it covers counted, claimed or verified calls. */
const EXPRESSIONS = {
  nSeen: ['seen', 'shown'],
  nCalls: ['calls', 'counted'],
  nPriced: ['priced', 'counted'],
  nErrors: ['errors', 'counted'],
  ...COUNT_EXPRESSIONS,
  durationUs: ['duration_us', 'counted'],
  usd: ['cost', 'counted'],
  nVerified: ['calls', 'verified'],
  nClaimed: ['calls', 'claimed'],
  claimedPriced: ['priced', 'claimed'],
  claimedInputTokens: ['input_tokens', 'claimed'],
  claimedOutputTokens: ['output_tokens', 'claimed'],
  claimedUsd: ['cost', 'claimed'],
} as const satisfies Readonly<Record<string, Expression>>;

type SumName = keyof typeof EXPRESSIONS;

/** The columns of a roll-up that these sums read. */
export const SUMMED_COLUMNS: readonly string[] = [
  ...new Set(Object.values(EXPRESSIONS).map(([column]) => column)),
];

/** A row of sums. 64-bit numbers and decimals are strings. */
export type SumsRow = Readonly<Record<SumName, string>>;

const SUM_NAMES = Object.keys(EXPRESSIONS) as readonly SumName[];

/** SQL of the sums over a roll-up. The aliases differ from column names, which they would otherwise hide. */
export function sumsSql(sql: Sql): string {
  const conditions = {
    shown: sql.isShown,
    counted: sql.isCounted,
    verified: 'user_claimed = 0',
    claimed: sql.isClaimed,
  };
  return SUM_NAMES.map((name) => {
    const [column, of] = EXPRESSIONS[name];
    return `sumIf(${column}, ${conditions[of]}) AS ${name}`;
  }).join(', ');
}

/** SQL of sums over the sums of a subquery. Each alias ends in `_`. */
export const SUMS_OF_SUMS: string = SUM_NAMES.map((name) => `sum(${name}) AS ${name}_`).join(', ');

/** Usage of a user, a model, a period and so on. Counts have the names of `COUNT_MEASURES`. */
export interface Figures extends Readonly<Record<CountFigure, number>> {
  readonly calls: number;
  readonly pricedCalls: number;
  readonly unpricedCalls: number;
  readonly errors: number;
  /** US dollars. `null` if unknown: there are unpriced calls, and all priced calls cost nothing. */
  readonly cost: number | null;
  /** `cost` as an exact decimal. */
  readonly costExact: string | null;
  /** Average over the priced calls. */
  readonly averageCost: number | null;
  /** Number of claimed calls. With `--claimed count` they are part of `calls`, otherwise not. */
  readonly claimedCalls: number;
  readonly claimedInputTokens: number;
  readonly claimedOutputTokens: number;
  /** Cost of the claimed calls in US dollars; `null` if there are claimed calls and none has a price. */
  readonly claimedCost: number | null;
  /** `claimedCost` as an exact decimal. */
  readonly claimedCostExact: string | null;
  /** Average latency. */
  readonly latencyMs: number | null;
}

/** The figures of a row in the previous range; `null` if there is no such range. */
export interface FiguresBefore {
  readonly costBefore: number | null;
  readonly callsBefore: number | null;
  readonly claimedCostBefore: number | null;
  readonly claimedCallsBefore: number | null;
}

/** Names of {@link FiguresBefore}, in the order of columns. */
export const BEFORE_NAMES = [
  'costBefore',
  'callsBefore',
  'claimedCostBefore',
  'claimedCallsBefore',
] as const satisfies readonly (keyof FiguresBefore)[];

/** Renames the figures of the previous range. */
export function figuresBefore(figures: Figures | null): FiguresBefore {
  return {
    costBefore: figures?.cost ?? null,
    callsBefore: figures?.calls ?? null,
    claimedCostBefore: figures?.claimedCost ?? null,
    claimedCallsBefore: figures?.claimedCalls ?? null,
  };
}

/** Columns of the figures in CSV files. */
export const FIGURE_COLUMNS: readonly (keyof Figures)[] = [
  'calls',
  'unpricedCalls',
  'errors',
  ...COUNT_FIGURE_NAMES,
  'cost',
  'costExact',
  'claimedCalls',
  'claimedCost',
  'claimedCostExact',
];

/** Removes trailing zeros of an exact decimal. */
export function showDecimal(decimal: string): string {
  if (!decimal.includes('.')) return decimal;
  const bare = decimal.replace(/0+$/, '');
  return bare.endsWith('.') ? bare.slice(0, -1) : bare;
}

function countsOf(row: SumsRow): Readonly<Record<CountFigure, number>> {
  return Object.fromEntries(COUNT_FIGURE_NAMES.map((name) => [name, Number(row[name])])) as Record<
    CountFigure,
    number
  >;
}

export function figuresOf(row: SumsRow): Figures {
  const calls = Number(row.nCalls);
  const pricedCalls = Number(row.nPriced);
  const cost = Number(row.usd);
  // If some calls are unpriced and all others are refused calls of $0, the cost is unknown and not "at least $0".
  const isPriced = pricedCalls === calls || cost !== 0;
  const claimedCalls = Number(row.nClaimed);
  const isClaimedPriced = Number(row.claimedPriced) === claimedCalls || Number(row.claimedUsd) !== 0;
  return {
    calls,
    pricedCalls,
    unpricedCalls: calls - pricedCalls,
    errors: Number(row.nErrors),
    ...countsOf(row),
    cost: isPriced ? cost : null,
    costExact: isPriced ? showDecimal(row.usd) : null,
    averageCost: isPriced && pricedCalls > 0 ? cost / pricedCalls : null,
    claimedCalls,
    claimedInputTokens: Number(row.claimedInputTokens),
    claimedOutputTokens: Number(row.claimedOutputTokens),
    claimedCost: isClaimedPriced ? Number(row.claimedUsd) : null,
    claimedCostExact: isClaimedPriced ? showDecimal(row.claimedUsd) : null,
    latencyMs: calls > 0 ? Number(row.durationUs) / calls / 1000 : null,
  };
}

/** A row of `SUMS_OF_SUMS`. */
export type SumsOfSumsRow = Readonly<Record<`${SumName}_`, string>>;

export function sumsOf(row: SumsOfSumsRow): SumsRow {
  return fromEach((name) => row[`${name}_`]);
}

export const NO_SUMS: SumsRow = fromEach(() => '0');

function fromEach(valueOf: (name: SumName) => string): SumsRow {
  return Object.fromEntries(SUM_NAMES.map((name) => [name, valueOf(name)])) as SumsRow;
}

const DECIMALS: ReadonlySet<SumName> = new Set(['usd', 'claimedUsd']);

/** Adds up rows, exactly. */
export function addSums(rows: readonly SumsRow[]): SumsRow {
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) return only;
  const sums: Record<SumName, string> = { ...NO_SUMS };
  for (const row of rows) {
    for (const measure of SUM_NAMES) {
      sums[measure] = DECIMALS.has(measure)
        ? fromUnits(toUnits(sums[measure]) + toUnits(row[measure]))
        : String(BigInt(sums[measure]) + BigInt(row[measure]));
    }
  }
  return sums;
}
