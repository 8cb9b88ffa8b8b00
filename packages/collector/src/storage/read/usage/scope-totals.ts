import { CHANGES_SUMS } from '../../engine/measures.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import type { KeptQuery } from '../query/memory-answers.ts';
import type { Range } from '../query/range.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { withMatching } from '../users/matching-keys.ts';
import type { Matching, UserScope } from '../users/matching-keys.ts';
import { keyCondition } from '../users/user-ranking.ts';
import { SUMMED_COLUMNS } from './figures.ts';

const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;
/** Minimum number of days before the end of a range that the table has. */
const MIN_DAYS = 32;

const WORD = 'LowCardinality(String)';
const DIMENSIONS = {
  provider: WORD,
  model: WORD,
  service: WORD,
  operation: WORD,
  tags: `Array(${WORD})`,
  user_claimed: 'UInt8',
} as const;

/** Columns of the memory table: those of the table of project totals that series read. */
const COLUMNS: Readonly<Record<string, string>> = {
  quarter: 'UInt32',
  ...DIMENSIONS,
  ...Object.fromEntries(
    SUMMED_COLUMNS.map((column) => [column, column === 'cost' ? 'Decimal(38, 18)' : 'Int64']),
  ),
};

interface ScopeTotalsQuery {
  readonly project: string;
  readonly scope: UserScope;
  readonly range: Range;
}

/**
 * The days of the table for a range; `undefined` if it has none. They depend on the day of the end only, and include
 * this month and quarter in every time zone, so that the chart of a page and the cost to date share a table.
 */
function daysOf({ fromMs, toMs }: Range): { readonly fromMs: number; readonly toMs: number } | undefined {
  if (fromMs === undefined || toMs === undefined) return undefined;
  const endMs = Math.floor(toMs / DAY_MS) * DAY_MS + DAY_MS;
  // Where the day begins last, the quarter begins half a day later than in UTC.
  const end = new Date(endMs - DAY_MS - HALF_DAY_MS);
  const quarterMs = Date.UTC(end.getUTCFullYear(), Math.floor(end.getUTCMonth() / 3) * 3) - DAY_MS;
  const startMs = Math.max(0, Math.min(quarterMs, endMs - MIN_DAYS * DAY_MS));
  return fromMs < startMs ? undefined : { fromMs: startMs, toMs: endMs };
}

/**
 * Runs `read` with the memory table of the totals of the users of a scope by quarter of an hour, or with `undefined` if
 * there is none. It includes everything written so far, and all series of the scope are read from it: reading the
 * minutes of all users takes most of the time of one.
 */
export async function withScopeTotals<T>(
  answers: RecentAnswers,
  { project, scope, range }: ScopeTotalsQuery,
  read: (table: string | undefined) => Promise<T>,
): Promise<T> {
  const days = daysOf(range);
  if (days === undefined) return read(undefined);
  return withMatching(answers, { project, users: scope.users }, (matching) =>
    answers.tables.use(
      scopeTotals(answers, { project, scope, range: days }, matching),
      (kept) => read(kept?.name),
      'current',
    ),
  );
}

function scopeTotals(
  answers: RecentAnswers,
  { project, scope, range: { fromMs = 0, toMs = 0 } }: ScopeTotalsQuery,
  matching: Matching | undefined,
): KeptQuery {
  const sql = new Sql(answers);
  const conditions = [
    `project = ${sql.text(project)}`,
    `minute >= ${sql.param(fromMs / 1000, 'UInt32')}`,
    `minute < ${sql.param(toMs / 1000, 'UInt32')}`,
    CHANGES_SUMS,
    keyCondition({ project, ...scope }, sql, 'user_key', matching),
  ];
  const by = ['quarter_', ...Object.keys(DIMENSIONS)].join(', ');
  return {
    sql: `SELECT toUInt32(intDiv(minute, 900) * 900) AS ${by}, ${SUMMED_COLUMNS.map((column) => `sum(${column})`).join(', ')}
      FROM ${USAGE_TABLES.minute} WHERE ${all(conditions)} GROUP BY ${by}`,
    parameters: sql.parameters,
    columns: COLUMNS,
    isYielding: true,
  };
}
