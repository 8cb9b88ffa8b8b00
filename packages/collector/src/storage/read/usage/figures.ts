import { fromUnits, toUnits } from '@userspan/ledger';

/** Sums over the measures of a roll-up. Named unlike its columns, which an alias would hide. */
export const SUMS = `
  sum(seen) AS nSeen, sum(calls) AS nCalls, sum(priced) AS nPriced, sum(errors) AS nErrors, sum(claimed) AS nClaimed,
  sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, sum(cached_tokens) AS cachedTokens,
  sum(reasoning_tokens) AS reasoningTokens, sum(duration_us) AS durationUs, sum(cost) AS usd`;

/** The same over sums of a query inside. */
export const SUMS_AGAIN = `
  sum(nSeen) AS seen_, sum(nCalls) AS calls_, sum(nPriced) AS priced_, sum(nErrors) AS errors_,
  sum(nClaimed) AS claimed_, sum(inputTokens) AS input_, sum(outputTokens) AS output_, sum(cachedTokens) AS cached_,
  sum(reasoningTokens) AS reasoning_, sum(durationUs) AS duration_, sum(usd) AS usd_`;

/** A row of `SUMS`. 64-bit numbers come as texts. */
export interface SumsRow {
  readonly nSeen: string;
  readonly nCalls: string;
  readonly nPriced: string;
  readonly nErrors: string;
  readonly nClaimed: string;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly cachedTokens: string;
  readonly reasoningTokens: string;
  readonly durationUs: string;
  readonly usd: string;
}

/** What a user, a model, a bucket… used. */
export interface Figures {
  readonly calls: number;
  readonly pricedCalls: number;
  readonly unpricedCalls: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  /** US dollars; `null` where nothing is known of it: calls have no price, and what has one cost nothing. */
  readonly cost: number | null;
  /** The same, exact. */
  readonly costExact: string | null;
  /** Per call that has a price. */
  readonly averageCost: number | null;
  readonly claimedCalls: number;
  /** Average. */
  readonly latencyMs: number | null;
}

/** What lists show of the figures as CSV. */
export const FIGURE_COLUMNS: readonly (keyof Figures)[] = [
  'calls',
  'unpricedCalls',
  'errors',
  'inputTokens',
  'outputTokens',
  'cachedTokens',
  'cost',
  'costExact',
];

/** An exact decimal as the API writes it: no zeros at the end. */
export function showDecimal(decimal: string): string {
  if (!decimal.includes('.')) return decimal;
  const bare = decimal.replace(/0+$/, '');
  return bare.endsWith('.') ? bare.slice(0, -1) : bare;
}

export function figuresOf(row: SumsRow): Figures {
  const calls = Number(row.nCalls);
  const pricedCalls = Number(row.nPriced);
  const cost = Number(row.usd);
  // Beside calls without a price, refused calls of $0 tell nothing: "at least $0" is not known.
  const isPriced = pricedCalls === calls || cost !== 0;
  return {
    calls,
    pricedCalls,
    unpricedCalls: calls - pricedCalls,
    errors: Number(row.nErrors),
    inputTokens: Number(row.inputTokens),
    outputTokens: Number(row.outputTokens),
    cachedTokens: Number(row.cachedTokens),
    reasoningTokens: Number(row.reasoningTokens),
    cost: isPriced ? cost : null,
    costExact: isPriced ? showDecimal(row.usd) : null,
    averageCost: isPriced && pricedCalls > 0 ? cost / pricedCalls : null,
    claimedCalls: Number(row.nClaimed),
    latencyMs: calls > 0 ? Number(row.durationUs) / calls / 1000 : null,
  };
}

/** A row of `SUMS_AGAIN`. */
export interface SumsAgainRow {
  readonly seen_: string;
  readonly calls_: string;
  readonly priced_: string;
  readonly errors_: string;
  readonly claimed_: string;
  readonly input_: string;
  readonly output_: string;
  readonly cached_: string;
  readonly reasoning_: string;
  readonly duration_: string;
  readonly usd_: string;
}

export function sumsOf(row: SumsAgainRow): SumsRow {
  return {
    nSeen: row.seen_,
    nCalls: row.calls_,
    nPriced: row.priced_,
    nErrors: row.errors_,
    nClaimed: row.claimed_,
    inputTokens: row.input_,
    outputTokens: row.output_,
    cachedTokens: row.cached_,
    reasoningTokens: row.reasoning_,
    durationUs: row.duration_,
    usd: row.usd_,
  };
}

export const NO_SUMS: SumsRow = {
  nSeen: '0',
  nCalls: '0',
  nPriced: '0',
  nErrors: '0',
  nClaimed: '0',
  inputTokens: '0',
  outputTokens: '0',
  cachedTokens: '0',
  reasoningTokens: '0',
  durationUs: '0',
  usd: '0',
};

const MEASURES = Object.keys(NO_SUMS) as readonly (keyof SumsRow)[];

/** Adds up rows, exactly. */
export function addSums(rows: readonly SumsRow[]): SumsRow {
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) return only;
  const sums = { ...NO_SUMS } as Record<keyof SumsRow, string>;
  for (const row of rows) {
    for (const measure of MEASURES) {
      sums[measure] =
        measure === 'usd'
          ? fromUnits(toUnits(sums.usd) + toUnits(row.usd))
          : String(BigInt(sums[measure]) + BigInt(row[measure]));
    }
  }
  return sums;
}
