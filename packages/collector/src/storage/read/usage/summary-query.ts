import { addSums, figuresOf, SUMS_OF_SUMS, sumsOf, sumsSql } from './figures.ts';
import type { Figures, SumsOfSumsRow, SumsRow } from './figures.ts';
import { isOfSystem } from './system-services.ts';
import { hasUserFilter } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import type { AnswerSource, RecentAnswers } from '../query/recent-answers.ts';
import { TOTALS_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import { datedRange } from '../query/range.ts';
import type { Range } from '../query/range.ts';
import { matchingSums } from '../users/matching-keys.ts';
import type { UserScope } from '../users/matching-keys.ts';
import { withUserSums } from '../users/tables/user-sums.ts';
import type { UserSums } from '../users/tables/user-sums.ts';
import { scopedSource, userRangesSource } from './scoped-source.ts';
import { countUsers } from '../users/user-counts.ts';

/** Usage of a project in a range, and the share of it that has a user. */
export interface Usage extends Figures {
  /** Shares of calls and of spend with a known user or from a system service, 0 to 1; `null` without calls or spend. */
  readonly coverage: { readonly calls: number | null; readonly spend: number | null };
  readonly unattributed: Figures;
  /** Calls of system services without a user. */
  readonly system: Figures;
}

/** Usage with the number of users. */
export interface Totals extends Usage {
  readonly users: number;
  readonly newUsers: number;
}

/** A range and the one before it. */
export interface Summary {
  readonly totals: Totals;
  readonly before: Totals | null;
}

export interface SummaryQuery {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
  readonly scope: UserScope;
}

type RangesQuery = Omit<SummaryQuery, 'range'> & { readonly ranges: readonly Range[] };

function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : Math.min(Math.max(part / whole, 0), 1);
}

/** Usage of a project in a range. A filter of users excludes calls without a user. */
export async function readUsage(source: AnswerSource, query: SummaryQuery): Promise<Usage> {
  const [usage = usageOf([])] = await readUsages(source, { ...query, ranges: [query.range] });
  return usage;
}

/** As {@link readUsage}, for ranges that do not overlap. */
async function readUsages(
  source: AnswerSource,
  query: RangesQuery,
  sums?: UserSums,
): Promise<readonly Usage[]> {
  const { ranges, scope } = query;
  const rows = await (hasUserFilter(scope.users)
    ? readUserSums(source, query, sums)
    : readProjectSums(source, query));
  return ranges.map((_, place) => usageOf(rows.filter(({ at }) => at === place)));
}

/**
 * Sums of a range, with separate rows for calls of users, of system services and without a user. A row `all` results
 * from a filter of users.
 */
interface RangeSums {
  /** Index of the range. */
  readonly at: number;
  readonly part: 'user' | 'system' | 'none' | 'all';
  readonly sums: SumsRow;
}

/** @param kept - The memory table of user sums in these ranges, if there is one. */
async function readUserSums(
  source: AnswerSource,
  { project, filter, scope, ranges }: RangesQuery,
  kept?: UserSums,
): Promise<readonly RangeSums[]> {
  const sql = new Sql(source);
  const select =
    kept === undefined
      ? userRangesSource({ project, filter, scope, ranges }, sql)
      : `SELECT place AS at, ${sumsSql(sql)} FROM ${kept.table} WHERE ${all(matchingSums({ project, ...scope }, sql, kept.matching))} GROUP BY at`;
  const rows = await source.query<SumsRow & { at: number }>(select, sql.parameters);
  return rows.map(({ at, ...sums }) => ({ at, part: 'all', sums }));
}

async function readProjectSums(
  source: AnswerSource,
  { project, filter, scope, ranges }: RangesQuery,
): Promise<readonly RangeSums[]> {
  const sql = new Sql(source);
  const by = ['attributed', 'service'];
  const sources = ranges.map(
    (range, at) => `SELECT ${at} AS at, * FROM (${scopedSource({ project, range, filter, scope, by }, sql)})`,
  );
  const rows = await source.query<SumsOfSumsRow & { at: number; part: Exclude<RangeSums['part'], 'all'> }>(
    `SELECT at, multiIf(attributed = 1, 'user', ${isOfSystem(project, sql)}, 'system', 'none') AS part, ${SUMS_OF_SUMS}
     FROM (${sources.join(' UNION ALL ')}) GROUP BY at, part`,
    sql.parameters,
  );
  return rows.map(({ at, part, ...row }) => ({ at, part, sums: sumsOf(row) }));
}

function usageOf(rows: readonly RangeSums[]): Usage {
  const sumsFor = (...owners: readonly RangeSums['part'][]): SumsRow =>
    addSums(rows.filter(({ part }) => owners.includes(part)).map(({ sums }) => sums));
  const figures = figuresOf(addSums(rows.map(({ sums }) => sums)));
  const isOfUsers = rows.some(({ part }) => part === 'all');
  const covered = figuresOf(sumsFor('user', 'system'));
  return {
    ...figures,
    coverage: isOfUsers
      ? { calls: null, spend: null }
      : { calls: share(covered.calls, figures.calls), spend: share(covered.cost ?? 0, figures.cost) },
    unattributed: figuresOf(sumsFor('none')),
    system: figuresOf(sumsFor('system')),
  };
}

/** Numbers of calls with an implausible time, in any range. */
export interface MisdatedCalls {
  /** Dated in the future. Ranges that end now do not include them. */
  readonly future: number;
  /** Dated before 2015. */
  readonly past: number;
}

/** Counts the calls of a scope that are dated in the future or before 2015, because the sender's clock is wrong. */
export async function countMisdated(
  source: AnswerSource,
  query: Omit<SummaryQuery, 'range'>,
  nowMs: number,
): Promise<MisdatedCalls> {
  const { fromMs, toMs } = datedRange(nowMs);
  if (!(await hasMisdated(source, query.project, { fromMs, toMs }))) return { future: 0, past: 0 };
  const ranges = [{ fromMs: toMs }, { toMs: fromMs }];
  const [future, past] = await readUsages(source, { ...query, ranges });
  return { future: future?.calls ?? 0, past: past?.calls ?? 0 };
}

/** Whether a project has calls outside of a range. Most projects have none, which the index shows quickly. */
async function hasMisdated(source: AnswerSource, project: string, range: Required<Range>): Promise<boolean> {
  const sql = new Sql(source);
  const outside = [
    `quarter >= ${sql.param(range.toMs / 1000, 'UInt32')}`,
    `quarter < ${sql.param(range.fromMs / 1000, 'UInt32')}`,
  ];
  const rows = await source.query(
    `SELECT 1 AS one FROM ${TOTALS_TABLES.quarter} WHERE project = ${sql.text(project)} AND (${outside.join(' OR ')}) LIMIT 1`,
    sql.parameters,
  );
  return rows.length > 0;
}

/** Usage and number of users of a range, and of the range before if there is one. */
export async function readSummary(
  answers: RecentAnswers,
  query: SummaryQuery & { readonly before: Range | undefined },
): Promise<Summary> {
  const { project, range, before, filter, scope } = query;
  const of = { project, filter, scope, ranges: before === undefined ? [range] : [range, before] };
  // Sequentially, because with many users a page waits for its list at the same time.
  const read = (sums?: UserSums): Promise<readonly Usage[]> => readUsages(answers, of, sums);
  const usages = await (hasUserFilter(scope.users)
    ? withUserSums(answers, query, (sums) => read(sums), 'exact')
    : read());
  const counts = await countUsers(answers, query);
  const [totals = { ...usageOf([]), users: 0, newUsers: 0 }, totalsBefore = null] = usages.map(
    (usage, at): Totals => ({ ...usage, ...(counts[at] ?? { users: 0, newUsers: 0 }) }),
  );
  return { totals, before: totalsBefore };
}
