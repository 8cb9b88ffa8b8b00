import type { Store } from '../../engine/store.ts';
import type { Position } from '../query/cursor.ts';
import { figuresOf, SUMS_AGAIN, sumsOf } from './figures.ts';
import type { Figures, SumsAgainRow } from './figures.ts';
import type { CallFilter } from '../query/filters.ts';
import { foreignCursor } from '../query/invalid-query.ts';
import type { Range } from '../query/range.ts';
import { CHANGES_SUMS } from '../../engine/schema.ts';
import { Sql } from '../../engine/sql.ts';
import { usageSource } from './usage-source.ts';

export const BREAKDOWN_SORTS = ['cost', 'calls', 'tokens', 'errors', 'users'] as const;
export type BreakdownSort = (typeof BREAKDOWN_SORTS)[number];

export interface BreakdownQuery {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
  /** What the rows are: groups of users, or models. */
  readonly of: 'group' | 'model';
  readonly sort: BreakdownSort;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly after?: Position;
}

/** A group or a model, with what it used. */
export interface BreakdownRow {
  readonly key: string;
  readonly provider: string;
  readonly users: number;
  readonly figures: Figures;
  readonly sortValue: string;
}

const SORTS: Readonly<Record<BreakdownSort, string>> = {
  cost: 'usd_',
  calls: 'nCalls_',
  tokens: 'inputTokens_ + outputTokens_',
  errors: 'nErrors_',
  users: 'users_',
};

function sourceSql(query: BreakdownQuery, sql: Sql): string {
  const { project, range, filter, of } = query;
  if (of === 'model') {
    const by = ['model', 'provider', 'user_key'];
    const source = usageSource({ project, range, filter, by, where: [CHANGES_SUMS] }, sql);
    return `SELECT model AS key, provider, uniqExactIf(user_key, nCalls > 0 AND user_key != cityHash64('')) AS users_, ${SUMS_AGAIN}
      FROM (${source}) GROUP BY key, provider HAVING nCalls_ > 0 OR nClaimed_ > 0`;
  }
  const source = usageSource(
    { project, range, filter, by: ['user_id'], where: ["user_id != ''", CHANGES_SUMS] },
    sql,
  );
  const aliases = `SELECT alias_id, canonical FROM aliases FINAL WHERE project = ${sql.text(project)}`;
  const profiles = `SELECT user_id, substring(max(\`group\`), 21) AS stated FROM profiles WHERE project = ${sql.text(project)} GROUP BY user_id`;
  return `SELECT JSONExtractString(concat('[', if(p.stated = '', '""', p.stated), ']'), 1) AS key, '' AS provider,
      uniqExactIf(u.id, nCalls > 0) AS users_, ${SUMS_AGAIN}
    FROM (SELECT s.*, if(a.canonical = '', s.user_id, a.canonical) AS id FROM (${source}) AS s
          LEFT JOIN (${aliases}) AS a ON a.alias_id = s.user_id) AS u
    LEFT JOIN (${profiles}) AS p ON p.user_id = u.id GROUP BY key HAVING nCalls_ > 0 OR nClaimed_ > 0`;
}

/** Groups or models; one more than the limit where there are further pages. */
export async function listBreakdown(store: Store, query: BreakdownQuery): Promise<BreakdownRow[]> {
  const sql = new Sql(store);
  const { sort, isDescending, limit, after } = query;
  const value = SORTS[sort];
  const source = sourceSql(query, sql);
  let where = '';
  if (after !== undefined) {
    const [last = '', key = '', provider = ''] = after;
    if (!/^-?\d{1,20}(\.\d{1,18})?$/.test(last)) {
      throw foreignCursor();
    }
    const at = sort === 'cost' ? `toDecimal128(${sql.text(last)}, 18)` : `toInt64(${sql.text(last)})`;
    where = ` WHERE (${value}) ${isDescending ? '<' : '>'} ${at} OR ((${value}) = ${at} AND (key, provider) > (${sql.text(key)}, ${sql.text(provider)}))`;
  }
  const rows = await store.query<
    SumsAgainRow & { key: string; provider: string; users_: string; sortValue: string }
  >(
    `SELECT *, toString(${value}) AS sortValue FROM (${source})${where}
     ORDER BY ${value} ${isDescending ? 'DESC' : 'ASC'}, key, provider LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  return rows.map((row) => ({
    key: row.key,
    provider: row.provider,
    users: Number(row.users_),
    figures: figuresOf(sumsOf(row)),
    sortValue: row.sortValue,
  }));
}
