import type { Store } from '../../engine/store.ts';
import { addSums, figuresOf, sumsSql } from './figures.ts';
import type { Figures, SumsRow } from './figures.ts';
import { callConditions, hasUserFilter } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import { InvalidQuery } from '../query/invalid-query.ts';
import type { Range } from '../query/range.ts';
import { CHANGES_SUMS } from '../../engine/measures.ts';
import { isOfSystem } from './system-services.ts';
import { TOTALS_TABLES, USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import type { UserScope } from '../users/matching-keys.ts';
import { GROUP_NAME, joinGroups } from './group-of-user.ts';
import { scopeConditions } from './scoped-source.ts';
import { ofUsers } from './usage-source.ts';

export const BUCKETS = ['hour', 'day', 'week', 'month'] as const;
export type Bucket = (typeof BUCKETS)[number];
export const SERIES_KEYS = ['model', 'service', 'tag', 'provider', 'operation', 'group'] as const;
export type SeriesKey = (typeof SERIES_KEYS)[number];

export interface SeriesQuery {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
  readonly bucket: Bucket;
  readonly timeZone: string;
  readonly by?: SeriesKey;
  /** The ids of the user or group. Default: the whole project. */
  readonly userIds?: readonly string[];
  readonly isAttributed?: boolean;
  /** Limits the project's figures to these users. */
  readonly scope?: UserScope;
}

type Queries = Pick<Store, 'query' | 'claimed'>;

/** Usage of one key in one bucket. */
export interface SeriesPoint extends Figures {
  /** Start of the bucket. */
  readonly at: string;
  readonly key: string | null;
  /**
   * Whether this is the sum of all keys that are not shown separately. Its key is {@link OTHER}, which may also be a
   * real tag.
   */
  readonly rest: boolean;
}

/** Maximum number of keys in a series. The smallest ones are summed as the rest. */
const MAX_KEYS = 12;
/** Key of the rest. */
const OTHER = 'other';
const DAY_MS = 86_400_000;
const MAX_POINTS = 20_000;

/** Checks that both this runtime and the engine know a time zone. */
export function checkTimeZone(name: string | undefined): string {
  if (name === undefined) return 'UTC';
  try {
    if (!/^[A-Za-z][\w+\-/]{0,63}$/.test(name)) throw new RangeError('not a name');
    new Intl.DateTimeFormat('en', { timeZone: name }).format();
    return name;
  } catch {
    throw new InvalidQuery(
      `tz must be a time zone of the IANA database such as Europe/Berlin; got ${JSON.stringify(name)}`,
    );
  }
}

/** SQL of the start of the bucket, in seconds since the epoch. */
export function bucketOf(bucket: Bucket, timeZone: string, second: string, sql: Sql): string {
  const zone = sql.text(timeZone);
  const time = `toDateTime(${second}, ${zone})`;
  switch (bucket) {
    case 'hour':
      return `toUnixTimestamp(toStartOfHour(${time}))`;
    case 'day':
      return `toUnixTimestamp(toStartOfDay(${time}))`;
    case 'week':
      return `toUnixTimestamp(toDateTime(toMonday(${time}), ${zone}))`;
    case 'month':
      return `toUnixTimestamp(toDateTime(toStartOfMonth(${time}), ${zone}))`;
    default:
      throw new RangeError(`no bucket ${String(bucket)}`);
  }
}

function keyOf(by: SeriesKey | undefined): string {
  if (by === undefined) return "''";
  if (by === 'tag') return "arrayJoin(if(empty(tags), [''], tags))";
  return by === 'group' ? GROUP_NAME : by;
}

/** Whether only whole days in UTC are requested, so that the daily table can be used. */
export function isDaily({
  bucket,
  timeZone,
  range,
}: Pick<SeriesQuery, 'bucket' | 'timeZone' | 'range'>): boolean {
  const { fromMs = 0, toMs = 0 } = range;
  return bucket !== 'hour' && timeZone === 'UTC' && fromMs % DAY_MS === 0 && toMs % DAY_MS === 0;
}

/** Whether a series is of all calls of the users of a scope, so that the totals of the scope are sufficient. */
export function isOfScope({ userIds, by, scope, isAttributed }: SeriesQuery): boolean {
  const isWhole = userIds === undefined && by !== 'group' && isAttributed === undefined;
  return isWhole && scope !== undefined && hasUserFilter(scope.users);
}

/** A table for a series, with the SQL of its keys and the conditions on its rows. */
interface Source {
  readonly second: string;
  readonly label: string;
  readonly from: string;
}

/** Whether a series is summed from the tables with a row for each user, which are much larger than those of totals. */
export function isByUser({ userIds, by, scope }: Pick<SeriesQuery, 'userIds' | 'by' | 'scope'>): boolean {
  return userIds !== undefined || by === 'group' || (scope !== undefined && hasUserFilter(scope.users));
}

/** @param totals - The memory table of the totals of the scope, if there is one. */
function sourceOf(query: SeriesQuery, sql: Sql, totals?: string): Source {
  const { project, range, filter, by, userIds, scope } = query;
  const isOfUsers = isByUser(query);
  const unit = isOfUsers && totals === undefined ? (isDaily(query) ? 'day' : 'minute') : 'quarter';
  const bound = (ms: number): string => sql.param(ms / (unit === 'day' ? DAY_MS : 1000), 'UInt32');
  const ofRows = [
    ...(range.fromMs === undefined ? [] : [`${unit} >= ${bound(range.fromMs)}`]),
    ...(range.toMs === undefined ? [] : [`${unit} < ${bound(range.toMs)}`]),
    ...callConditions(filter, sql),
    sql.isShown,
  ];
  const second = unit === 'day' ? 'toUInt32(day) * 86400' : unit;
  const label = keyOf(by);
  if (totals !== undefined) return { second, label, from: `${totals} WHERE ${all(ofRows)}` };
  const conditions = [
    `project = ${sql.text(project)}`,
    ...ofRows,
    ...(userIds === undefined ? [] : [ofUsers(userIds, sql)]),
    ...(scope === undefined ? [] : scopeConditions(project, scope, sql)),
    ...attributionConditions(query, isOfUsers, sql),
    CHANGES_SUMS,
  ];
  const groups = by === 'group' ? joinGroups(project, sql) : '';
  const table = unit === 'quarter' ? TOTALS_TABLES.quarter : USAGE_TABLES[unit];
  return { second, label, from: `${table} AS u${groups} WHERE ${all(conditions)}` };
}

const HAS_CALLS = 'nCalls > 0 OR nClaimed > 0';

/** Conditions for calls with a user, or for calls without one that are not from system services. */
function attributionConditions(
  { project, filter, isAttributed }: SeriesQuery,
  isOfUsers: boolean,
  sql: Sql,
): readonly string[] {
  if (isAttributed === undefined) return [];
  const has = isOfUsers ? `user_id ${isAttributed ? '!=' : '='} ''` : `attributed = ${isAttributed ? 1 : 0}`;
  return isAttributed || filter.service !== undefined ? [has] : [has, `NOT ${isOfSystem(project, sql)}`];
}

interface PointRow extends SumsRow {
  readonly bucket: number | string;
  readonly label: string;
  /** 1 for the rest. */
  readonly isRest: number;
}

/** Sums the smallest keys, so that a chart stays readable. */
function withOther(rows: readonly PointRow[]): readonly PointRow[] {
  const weights = new Map<string, number>();
  for (const row of rows) {
    const weight = Number(row.usd) + Number(row.nCalls) * 1e-12;
    weights.set(row.label, (weights.get(row.label) ?? 0) + weight);
  }
  if (weights.size <= MAX_KEYS) return rows;
  const kept = new Set(
    [...weights]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MAX_KEYS - 1)
      .map(([label]) => label),
  );
  const others = new Map<number | string, PointRow[]>();
  for (const row of rows) {
    if (kept.has(row.label)) continue;
    const list = others.get(row.bucket);
    if (list) list.push(row);
    else others.set(row.bucket, [row]);
  }
  const sums = [...others].map(([bucket, list]): PointRow => ({
    ...addSums(list),
    bucket,
    label: OTHER,
    isRest: 1,
  }));
  return [...rows.filter((row) => kept.has(row.label)), ...sums].sort(
    (a, b) => Number(a.bucket) - Number(b.bucket),
  );
}

/** Usage over time, and in total. */
export interface Series {
  /** Only buckets with calls. The client fills the gaps. */
  readonly data: readonly SeriesPoint[];
  /** The total, in which every call counts once. In `data`, a call with two tags counts for both. */
  readonly total: Figures;
}

/**
 * Reads usage over time.
 *
 * @param totals - The memory table of the totals of the scope, if there is one.
 */
export async function readSeries(store: Queries, query: SeriesQuery, totals?: string): Promise<Series> {
  const { by, userIds, ...undivided } = query;
  const rows = await readPoints(store, query, totals);
  const shown = userIds === undefined ? withOther(rows) : rows;
  const ofUser = userIds === undefined ? {} : { userIds };
  return {
    data: shown.map((row) => ({
      at: new Date(Number(row.bucket) * 1000).toISOString(),
      key: row.label || null,
      rest: row.isRest === 1,
      ...figuresOf(row),
    })),
    total: figuresOf(
      addSums(
        by === 'tag' ? await readRows(store, { ...undivided, ...ofUser, bucket: 'month' }, totals) : rows,
      ),
    ),
  };
}

/** The points of a series. If there are too many keys for one answer, the engine sums the smallest ones. */
async function readPoints(store: Queries, query: SeriesQuery, totals?: string): Promise<readonly PointRow[]> {
  const points = await readRows(store, query, totals);
  if (points.length <= MAX_POINTS) return points;
  const isDivided = query.by !== undefined && query.userIds === undefined;
  const grouped = isDivided
    ? await readRows(store, query, totals, await readLargestKeys(store, query, totals))
    : points;
  if (grouped.length <= MAX_POINTS) return grouped;
  throw new InvalidQuery(
    `The series has more than ${MAX_POINTS.toLocaleString('en-US')} points. Ask for wider buckets (day, week, month) or a shorter range.`,
  );
}

/** The largest keys of a series. */
async function readLargestKeys(
  store: Queries,
  query: SeriesQuery,
  totals?: string,
): Promise<readonly string[]> {
  const sql = new Sql(store);
  const { label, from } = sourceOf(query, sql, totals);
  const rows = await store.query<{ readonly label: string }>(
    `SELECT ${label} AS label, ${sumsSql(sql)} FROM ${from} GROUP BY label HAVING ${HAS_CALLS}
     ORDER BY usd DESC, nCalls DESC, label LIMIT ${MAX_KEYS - 1}`,
    sql.parameters,
  );
  return rows.map((row) => row.label);
}

/** @param kept - Keys that are shown; all others are summed as the rest. Default: all keys are shown. */
function readRows(
  store: Queries,
  query: SeriesQuery,
  totals?: string,
  kept?: readonly string[],
): Promise<PointRow[]> {
  const sql = new Sql(store);
  const { second, label, from } = sourceOf(query, sql, totals);
  const at = bucketOf(query.bucket, query.timeZone, second, sql);
  const key =
    kept === undefined
      ? `${label} AS label, 0 AS isRest`
      : `(${label} AS key_) NOT IN ${sql.texts(kept)} AS isRest, if(isRest, '${OTHER}', key_) AS label`;
  return store.query<PointRow>(
    `SELECT ${at} AS bucket, ${key}, ${sumsSql(sql)} FROM ${from} GROUP BY bucket, label, isRest HAVING ${HAS_CALLS}
     ORDER BY bucket, label, isRest LIMIT ${MAX_POINTS + 1}`,
    sql.parameters,
  );
}
