import { callConditions } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import { sumsSql } from './figures.ts';
import { partsOf } from '../query/range.ts';
import type { Range, RangePart } from '../query/range.ts';
import { TOTALS_TABLES, USAGE_TABLES } from '../../engine/schema.ts';
import { all } from '../../engine/sql.ts';
import type { Sql } from '../../engine/sql.ts';

export interface UsageQuery {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
  /** Columns to group by, which both tables have. */
  readonly by: readonly string[];
  /** Further conditions on columns that both tables have. */
  readonly where?: readonly string[];
  /** SQL of the sums. Default: all sums that figures need. */
  readonly sums?: string;
}

/** The condition for a part of a range, on the time column of its table. */
export function partCondition(
  { unit, from, to }: Omit<RangePart, 'unit'> & { readonly unit: RangePart['unit'] | 'quarter' },
  sql: Sql,
): string[] {
  const bound = (value: number): string => sql.param(value, 'UInt32');
  return [
    ...(from === undefined ? [] : [`${unit} >= ${bound(from)}`]),
    ...(to === undefined ? [] : [`${unit} < ${bound(to)}`]),
  ];
}

/**
 * The conditions for the rows of all users of a project whose calls match a filter. Calls without a user are excluded by
 * the key, so that the ids are not read.
 */
export function rowsOfAllUsers(
  { project, filter }: Pick<UsageQuery, 'project' | 'filter'>,
  sql: Sql,
): readonly string[] {
  return [
    `project = ${sql.text(project)}`,
    ...callConditions(filter, sql),
    sql.isShown,
    "user_key != cityHash64('')",
  ];
}

/** Up to this number, keys are computed before the query runs, which is faster for few. */
const FEW = 100;

/**
 * The condition for rows with the keys of these users, by which the daily table is sorted. Another id may have the same
 * key.
 */
export function withKeysOf(ids: readonly string[], sql: Sql): string {
  return ids.length <= FEW
    ? `user_key IN (${ids.map((id) => `cityHash64(${sql.text(id)})`).join(', ')})`
    : // A query inside: to the index it is a set, which a list made by a function is not.
      `user_key IN (SELECT cityHash64(arrayJoin(${sql.texts(ids)})))`;
}

/** The condition for rows of these users. */
export function ofUsers(ids: readonly string[], sql: Sql): string {
  return `${withKeysOf(ids, sql)} AND user_id IN ${sql.texts(ids)}`;
}

/** A query for the sums of one part of a range, from the roll-up of its unit. */
export function partSource(query: UsageQuery, part: RangePart, sql: Sql): string {
  const { project, filter, by, where = [], sums = sumsSql(sql) } = query;
  const conditions = [
    `project = ${sql.text(project)}`,
    ...partCondition(part, sql),
    ...callConditions(filter, sql),
    sql.isShown,
    ...where,
  ];
  const group = by.length === 0 ? '' : ` GROUP BY ${by.join(', ')}`;
  const columns = by.length === 0 ? '' : `${by.join(', ')}, `;
  return `SELECT ${columns}${sums} FROM ${USAGE_TABLES[part.unit]} WHERE ${all(conditions)}${group}`;
}

/**
 * A query for sums from the roll-ups: from the daily one for whole days in UTC, and from the minute one at both ends of
 * the range.
 */
export function usageSource(query: UsageQuery, sql: Sql): string {
  return partsOf(query.range)
    .map((part) => partSource(query, part, sql))
    .join(' UNION ALL ');
}

/** The parts of ranges that one roll-up covers. */
export interface UnitOfRanges {
  readonly unit: RangePart['unit'];
  /** For each range, the condition that a row is in it. */
  readonly within: readonly string[];
}

/** The roll-ups that cover parts of these ranges. Each of their rows is read once for all ranges. */
export function unitsOf(ranges: readonly Range[], sql: Sql): readonly UnitOfRanges[] {
  return (['day', 'minute'] as const).flatMap((unit) => {
    const parts = ranges.map((range) => partsOf(range).filter((part) => part.unit === unit));
    if (parts.every((list) => list.length === 0)) return [];
    const within = parts.map((list) =>
      list.length === 0 ? '0' : `(${list.map((part) => `(${all(partCondition(part, sql))})`).join(' OR ')})`,
    );
    return [{ unit, within }];
  });
}

/** As {@link usageSource}, in one pass for several ranges that do not overlap. `at` is the index of the range. */
export function rangesSource(
  { ranges, ...query }: Omit<UsageQuery, 'range' | 'by'> & { readonly ranges: readonly Range[] },
  sql: Sql,
): string {
  const { project, filter, where = [], sums = sumsSql(sql) } = query;
  const conditions = [
    `project = ${sql.text(project)}`,
    ...callConditions(filter, sql),
    sql.isShown,
    ...where,
  ];
  return unitsOf(ranges, sql)
    .map(({ unit, within }) => {
      const cases = within.slice(0, -1).map((condition, at) => `${condition}, ${at}`);
      const at = cases.length === 0 ? 'toUInt8(0)' : `multiIf(${cases.join(', ')}, ${cases.length})`;
      return `SELECT ${at} AS at, ${sums} FROM ${USAGE_TABLES[unit]} WHERE (${within.join(' OR ')}) AND ${all(conditions)} GROUP BY at`;
    })
    .join(' UNION ALL ');
}

/** As {@link usageSource}, for a whole project without filters of users, from a much smaller table. */
export function totalsSource(query: UsageQuery, sql: Sql): string {
  const { project, range, filter, by, where = [], sums = sumsSql(sql) } = query;
  const { fromMs, toMs } = range;
  const conditions = [
    `project = ${sql.text(project)}`,
    ...partCondition(
      {
        unit: 'quarter',
        ...(fromMs === undefined ? {} : { from: fromMs / 1000 }),
        ...(toMs === undefined ? {} : { to: toMs / 1000 }),
      },
      sql,
    ),
    ...callConditions(filter, sql),
    sql.isShown,
    ...where,
  ];
  const group = by.length === 0 ? '' : ` GROUP BY ${by.join(', ')}`;
  const columns = by.length === 0 ? '' : `${by.join(', ')}, `;
  return `SELECT ${columns}${sums} FROM ${TOTALS_TABLES.quarter} WHERE ${all(conditions)}${group}`;
}
