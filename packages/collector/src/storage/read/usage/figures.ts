import { fromUnits, toUnits } from '@userspan/ledger';

import { COUNT_FIGURE_NAMES, COUNT_FIGURES, FIGURE_DESCRIPTIONS } from '../../engine/measures.ts';
import type { CountFigure } from '../../engine/measures.ts';
import type { Sql } from '../../engine/sql.ts';

export { COUNT_FIGURE_NAMES, FIGURE_DESCRIPTIONS };

type Expression = readonly [column: string, of: 'shown' | 'counted' | 'verified' | 'claimed'];

/** The measures that answers show as they are. */
const COUNT_EXPRESSIONS = Object.fromEntries(
  COUNT_FIGURE_NAMES.map((name) => [name, [COUNT_FIGURES[name], 'counted']]),
) as unknown as Readonly<Record<CountFigure, Expression>>;

/** Each sum of a row of figures: its name, its columns, and whether it is of counted, claimed or verified calls. */
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

/** A row of sums. 64-bit numbers and decimals come as texts. */
export type SumsRow = Readonly<Record<SumName, string>>;

const SUM_NAMES = Object.keys(EXPRESSIONS) as readonly SumName[];

/** Sums over the measures of a roll-up. Named unlike its columns, which an alias would hide. */
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

/** The same over sums of a query inside; each name ends in `_`. */
export const SUMS_OF_SUMS: string = SUM_NAMES.map((name) => `sum(${name}) AS ${name}_`).join(', ');

/** What a user, a model, a bucket… used; tokens and the like by the names that `COUNT_MEASURES` gives them. */
export interface Figures extends Readonly<Record<CountFigure, number>> {
  readonly calls: number;
  readonly pricedCalls: number;
  readonly unpricedCalls: number;
  readonly errors: number;
  /** US dollars; `null` where nothing is known of it: calls have no price, and what has one cost nothing. */
  readonly cost: number | null;
  /** The same, exact. */
  readonly costExact: string | null;
  /** Per call that has a price. */
  readonly averageCost: number | null;
  /** Claimed calls, beside `calls` or a part of them as `--claimed` says. */
  readonly claimedCalls: number;
  readonly claimedInputTokens: number;
  readonly claimedOutputTokens: number;
  /** US dollars of the claimed calls; `null` where there are some and none has a price. */
  readonly claimedCost: number | null;
  /** The same, exact. */
  readonly claimedCostExact: string | null;
  /** Average. */
  readonly latencyMs: number | null;
}

/** The figures of the range before that a row shows; `null` where that has no beginning. */
export interface FiguresBefore {
  readonly costBefore: number | null;
  readonly callsBefore: number | null;
  readonly claimedCostBefore: number | null;
  readonly claimedCallsBefore: number | null;
}

/** The names of {@link FiguresBefore}, in the order of columns. */
export const BEFORE_NAMES = [
  'costBefore',
  'callsBefore',
  'claimedCostBefore',
  'claimedCallsBefore',
] as const satisfies readonly (keyof FiguresBefore)[];

/** What a row shows of its figures in the range before. */
export function figuresBefore(figures: Figures | null): FiguresBefore {
  return {
    costBefore: figures?.cost ?? null,
    callsBefore: figures?.calls ?? null,
    claimedCostBefore: figures?.claimedCost ?? null,
    claimedCallsBefore: figures?.claimedCalls ?? null,
  };
}

/** What lists show of the figures as CSV. */
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

/** An exact decimal as the API writes it: no zeros at the end. */
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
  // With calls without a price, refused calls of $0 say nothing about the cost: it is unknown, not "at least $0".
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
