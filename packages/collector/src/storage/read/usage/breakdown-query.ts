import { canonicalId } from '../users/resolved-aliases.ts';
import { Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import type { Position } from '../query/cursor.ts';
import type { CallFilter } from '../query/filters.ts';
import { foreignCursor } from '../query/invalid-query.ts';
import type { Range } from '../query/range.ts';
import { CHANGES_SUMS } from '../../engine/measures.ts';
import type { UserScope } from '../users/matching-keys.ts';
import { figuresOf, SUMS_OF_SUMS, sumsOf } from './figures.ts';
import type { Figures, SumsOfSumsRow } from './figures.ts';
import { GROUP_NAME, joinGroups, joinGroupsByKey } from './group-of-user.ts';
import { scopedSource, userSource } from './scoped-source.ts';

/** The kinds of breakdowns. `tag` counts a call with several tags for each of them. */
export const BREAKDOWNS = ['group', 'model', 'tag', 'service'] as const;
export type BreakdownOf = (typeof BREAKDOWNS)[number];

export const BREAKDOWN_SORTS = [
  'cost',
  'calls',
  'tokens',
  'cached',
  'errors',
  'users',
  'average',
  'costPerUser',
  'name',
] as const;
export type BreakdownSort = (typeof BREAKDOWN_SORTS)[number];

export interface BreakdownQuery {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
  readonly scope: UserScope;
  readonly of: BreakdownOf;
  readonly sort: BreakdownSort;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly after?: Position;
  /** Only rows with these keys. */
  readonly keys?: readonly string[];
}

/** The usage of a group, model, tag or service. */
export interface BreakdownRow {
  readonly key: string;
  readonly provider: string;
  readonly users: number;
  readonly figures: Figures;
  readonly sortValue: string;
  /** Number of rows of the whole list. */
  readonly total: number;
}

/** The SQL of the values by which rows are sorted. */
const SORTS: Readonly<Record<BreakdownSort, string>> = {
  cost: 'usd_',
  calls: 'nCalls_',
  tokens: 'inputTokens_ + outputTokens_',
  cached: 'cachedTokens_',
  errors: 'nErrors_',
  users: 'users_',
  average: 'toDecimal128(usd_ / greatest(toInt64(nPriced_), toInt64(1)), 18)',
  costPerUser: 'toDecimal128(usd_ / greatest(toInt64(users_), toInt64(1)), 18)',
  name: 'lowerUTF8(key)',
};

/** The cost is unknown, see `figuresOf`. */
const IS_UNPRICED = '(usd_ = 0 AND nPriced_ < nCalls_)';
/** The SQL of whether a row has no value. */
const HAS_NONE: Partial<Record<BreakdownSort, string>> = {
  average: `nPriced_ = 0 OR ${IS_UNPRICED}`,
  costPerUser: `users_ = 0 OR ${IS_UNPRICED}`,
};

/** The SQL of the sort value. Rows without a value come last in both orders. */
function sortSql({ sort, isDescending }: Pick<BreakdownQuery, 'sort' | 'isDescending'>): string {
  const none = HAS_NONE[sort];
  if (none === undefined) return SORTS[sort];
  return `if(${none}, toDecimal128('${isDescending ? '-1' : '1000000000000000000'}', 18), ${SORTS[sort]})`;
}

/** SQL of a row's key, over calls or roll-ups, which both have the columns of the dimensions. */
export const KEYS: Readonly<Record<Exclude<BreakdownOf, 'group'>, string>> = {
  model: 'model',
  tag: "arrayJoin(if(empty(tags), [''], tags))",
  service: 'service',
};

function sourceSql(query: BreakdownQuery, sql: Sql): string {
  const { project, range, filter, scope, of } = query;
  const usage = { project, range, filter, scope };
  const { id, join: aliases } = canonicalId({ project, hasAliases: scope.hasAliases }, sql);
  // The ids themselves are read only if there are aliases.
  const user = scope.hasAliases ? 'user_id' : 'user_key';
  if (of === 'group') {
    const isUser = scope.hasAliases ? "user_id != ''" : "user_key != cityHash64('')";
    const source = userSource({ ...usage, by: [user], where: [isUser, CHANGES_SUMS] }, sql);
    const groups = scope.hasAliases ? joinGroups(project, sql) : joinGroupsByKey(project, sql);
    return `SELECT ${GROUP_NAME} AS key, '' AS provider, uniqExactIf(${scope.hasAliases ? id : 'u.user_key'}, nCalls > 0) AS users_, ${SUMS_OF_SUMS}
      FROM (${source}) AS u${aliases}${groups} GROUP BY key HAVING nCalls_ > 0 OR nClaimed_ > 0`;
  }
  const columns = of === 'model' ? ['model', 'provider'] : [of === 'tag' ? 'tags' : of];
  const row = `${KEYS[of]} AS key, ${of === 'model' ? 'provider' : "''"} AS provider`;
  const sums = scopedSource({ ...usage, by: columns, where: [CHANGES_SUMS] }, sql);
  const calls = userSource(
    {
      ...usage,
      by: [...columns, user],
      sums: `sumIf(calls, ${sql.isCounted}) AS nCalls`,
      where: ['calls != 0'],
    },
    sql,
  );
  const users = scope.hasAliases
    ? `uniqExactIf(${id}, nCalls > 0 AND u.user_id != '')`
    : "uniqExactIf(user_key, nCalls > 0 AND user_key != cityHash64(''))";
  // A separate query with only the calls is enough to count users.
  return `SELECT * FROM (
      SELECT ${row}, ${SUMS_OF_SUMS} FROM (${sums}) GROUP BY key, provider HAVING nCalls_ > 0 OR nClaimed_ > 0
    ) AS s LEFT JOIN (
      SELECT ${row}, ${users} AS users_ FROM (${calls}) AS u${aliases} GROUP BY key, provider
    ) AS n USING (key, provider)`;
}

function afterCondition(query: BreakdownQuery, sql: Sql): string | undefined {
  const { sort, isDescending, after } = query;
  if (after === undefined) return undefined;
  const [last = '', key = '', provider = ''] = after;
  const isNumber = sort !== 'name';
  if (isNumber && !/^-?\d{1,20}(\.\d{1,18})?$/.test(last)) throw foreignCursor();
  const isDecimal = sort === 'cost' || sort === 'costPerUser' || sort === 'average';
  const at = isDecimal
    ? `toDecimal128(${sql.text(last)}, 18)`
    : isNumber
      ? `toInt64(${sql.text(last)})`
      : sql.text(last);
  const value = `(${sortSql(query)})`;
  return `(${value} ${isDescending ? '<' : '>'} ${at} OR (${value} = ${at} AND (key, provider) > (${sql.text(key)}, ${sql.text(provider)})))`;
}

/** Groups, models, tags or services. Returns one more than the limit if there are further pages. */
export async function listBreakdown(store: Store, query: BreakdownQuery): Promise<BreakdownRow[]> {
  const sql = new Sql(store);
  const { isDescending, limit, keys } = query;
  const value = sortSql(query);
  const source = sourceSql(query, sql);
  const after = afterCondition(query, sql);
  const only = keys === undefined ? '' : ` WHERE key IN ${sql.texts(keys)}`;
  const rows = await store.query<
    SumsOfSumsRow & {
      readonly key: string;
      readonly provider: string;
      readonly users_: string;
      readonly sortValue: string;
      readonly total: string;
    }
  >(
    `SELECT *, toString(${value}) AS sortValue FROM (SELECT *, count() OVER () AS total FROM (${source})${only})
     ${after === undefined ? '' : `WHERE ${after}`}
     ORDER BY ${value} ${isDescending ? 'DESC' : 'ASC'}, key, provider LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  return rows.map((row) => ({
    key: row.key,
    provider: row.provider,
    users: Number(row.users_),
    figures: figuresOf(sumsOf(row)),
    sortValue: row.sortValue,
    total: Number(row.total),
  }));
}
