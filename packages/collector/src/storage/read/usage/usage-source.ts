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
  /** Columns to keep apart, of those both tables have. */
  readonly by: readonly string[];
  /** Further conditions, on columns that both tables have. */
  readonly where?: readonly string[];
  /** The sums, by their names; all that figures are made of where it is missing. */
  readonly sums?: string;
}

/** Bounds of a part of a range, on the column that its table counts time by. */
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

/** So many keys are worked out one by one, before the query runs; that is faster until there are many. */
const FEW = 100;

/** Rows with the keys of these users, by which the daily table is sorted; another id may have the same key. */
export function withKeysOf(ids: readonly string[], sql: Sql): string {
  return ids.length <= FEW
    ? `user_key IN (${ids.map((id) => `cityHash64(${sql.text(id)})`).join(', ')})`
    : // A query inside: to the index it is a set, which a list made by a function is not.
      `user_key IN (SELECT cityHash64(arrayJoin(${sql.texts(ids)})))`;
}

/** Rows of these users. */
export function ofUsers(ids: readonly string[], sql: Sql): string {
  return `${withKeysOf(ids, sql)} AND user_id IN ${sql.texts(ids)}`;
}

/** A query for the sums of one part of a range, from the roll-up that it is in. */
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
 * A query for sums from the roll-ups: from the daily one where the range covers whole days of UTC, from the one by the
 * minute at its ends.
 */
export function usageSource(query: UsageQuery, sql: Sql): string {
  return partsOf(query.range)
    .map((part) => partSource(query, part, sql))
    .join(' UNION ALL ');
}

/** The parts of ranges that one roll-up has. */
export interface UnitOfRanges {
  readonly unit: RangePart['unit'];
  /** For each range, in their order, the condition that a row is in it. */
  readonly within: readonly string[];
}

/** The roll-ups that have parts of these ranges: each row of them is read once for all ranges. */
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

/** The same for ranges that do not overlap, in one pass: `at` is the place of the range in the list, from 0. */
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

/** The same for the project as a whole, where no users are asked for: a much smaller table. */
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
