/**
 * The measures of roll-ups. The columns of roll-ups, the sums of writes, checks, and the figures of the API and of CSV
 * files are all derived from this list.
 *
 * To add a measure, add an entry here with the number of its migration in `migrate.ts`, which adds it to existing
 * stores (`addMeasure`). The order of the entries is the order of columns and of fields in answers.
 */

/** The columns of a call from which measures are computed. */
export interface MeasuredCall {
  /** Whole nanoseconds as a string. */
  readonly duration_ns: string;
  /** US dollars as a decimal; `null` if the call is unpriced. */
  readonly cost: string | null;
  /** Empty if the call did not fail. */
  readonly error: string;
  readonly user_claimed: 0 | 1;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
  readonly reasoning_tokens: number;
  /** 1 if the sender counted the tokens itself. */
  readonly estimated: 0 | 1;
}

/** A measure that is a whole number below 2^53. */
interface CountMeasure {
  /** What one call adds, as SQL over its row. */
  readonly sql: string;
  /** The same value for a row in memory. */
  readonly of: (call: MeasuredCall) => number;
  /** Name of the sum in answers of the API and in CSV files, if it is shown there unchanged. */
  readonly figure?: string;
  /** Its description in the API's document. */
  readonly description?: string;
  /** Number of the migration that adds its column. Absent if the first roll-ups already had it. */
  readonly since?: number;
}

/** Measures of calls that are whole numbers. */
export const COUNT_MEASURES = {
  calls: { sql: 'toInt64(1)', of: () => 1 },
  priced: { sql: 'toInt64(cost IS NOT NULL)', of: (call) => (call.cost === null ? 0 : 1) },
  errors: { sql: "toInt64(error != '')", of: (call) => (call.error === '' ? 0 : 1) },
  claimed: { sql: 'toInt64(user_claimed)', of: (call) => call.user_claimed },
  input_tokens: { sql: 'input_tokens', of: (call) => call.input_tokens, figure: 'inputTokens' },
  output_tokens: { sql: 'output_tokens', of: (call) => call.output_tokens, figure: 'outputTokens' },
  cached_tokens: { sql: 'cached_tokens', of: (call) => call.cached_tokens, figure: 'cachedTokens' },
  reasoning_tokens: {
    sql: 'reasoning_tokens',
    of: (call) => call.reasoning_tokens,
    figure: 'reasoningTokens',
  },
  estimated: {
    sql: 'toInt64(estimated)',
    of: (call) => call.estimated,
    figure: 'estimatedCalls',
    description:
      'Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far.',
    since: 8,
  },
} as const satisfies Readonly<Record<string, CountMeasure>>;

/** Measures that need more than a JS number: whole microseconds, and US dollars as a decimal. */
const LARGE_MEASURES = {
  duration_us: { sql: 'intDiv(duration_ns, 1000)' },
  cost: { sql: 'ifNull(cost, toDecimal128(0, 18))' },
} as const;

/** Measures of calls, each with the SQL of what one call adds. */
export const CALL_MEASURES = { ...COUNT_MEASURES, ...LARGE_MEASURES } as const;

export type CallMeasure = keyof typeof CALL_MEASURES;

export const CALL_MEASURE_NAMES = Object.keys(CALL_MEASURES) as readonly CallMeasure[];

/** Measures of the first roll-ups. Statements that fill the tables of an older store use these. */
export const FIRST_CALL_MEASURES: readonly CallMeasure[] = CALL_MEASURE_NAMES.filter(
  (measure) => !('since' in CALL_MEASURES[measure]),
);

/** Measures of every roll-up, in the order of their columns. `seen` counts spans that named a user, not calls. */
export const MEASURES: readonly ('seen' | CallMeasure)[] = ['seen', ...CALL_MEASURE_NAMES];

/**
 * Condition for roll-up rows that change a sum of calls. A correction may change only the cost and not the number of
 * calls. Rows that only record that a user was seen are excluded.
 */
export const CHANGES_SUMS: string = `(${CALL_MEASURE_NAMES.map((measure) => `${measure} != 0`).join(' OR ')})`;

type FigureOf<M> = M extends { readonly figure: infer Name extends string } ? Name : never;

/** Sums that answers and CSV files show unchanged. */
export type CountFigure = FigureOf<(typeof COUNT_MEASURES)[keyof typeof COUNT_MEASURES]>;

/** The measure of each of them. */
export const COUNT_FIGURES = Object.fromEntries(
  Object.entries<CountMeasure>(COUNT_MEASURES).flatMap(([measure, { figure }]) =>
    figure === undefined ? [] : [[figure, measure]],
  ),
) as Readonly<Record<CountFigure, CallMeasure>>;

export const COUNT_FIGURE_NAMES = Object.keys(COUNT_FIGURES) as readonly CountFigure[];

/** Descriptions in the API's document for figures whose name is not sufficient. */
export const FIGURE_DESCRIPTIONS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values<CountMeasure>(COUNT_MEASURES).flatMap(({ figure, description }) =>
    figure === undefined || description === undefined ? [] : [[figure, description]],
  ),
);
