import { resolvedAliases } from '../users/resolved-aliases.ts';
import type { Store } from '../../engine/store.ts';
import { CHANGES_SUMS } from '../../engine/measures.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import { integerAt } from '../query/cursor.ts';
import type { Position } from '../query/cursor.ts';
import { callConditions } from '../query/filters.ts';
import { readProfiles } from '../users/profiles-query.ts';
import { figuresOf, sumsSql } from './figures.ts';
import type { Figures, SumsRow } from './figures.ts';
import { scopeConditions } from './scoped-source.ts';
import { bucketOf, isDaily } from './series-query.ts';
import type { SeriesQuery } from './series-query.ts';

export interface ChargebackQuery extends Pick<
  SeriesQuery,
  'project' | 'range' | 'filter' | 'bucket' | 'timeZone' | 'isAttributed' | 'scope'
> {
  readonly limit: number;
  readonly after: Position | undefined;
}

/** Usage of one model by one user in one period. */
export interface ChargebackRow extends Figures {
  /** Start of the period. */
  readonly at: string;
  /** Id of the user; null for calls without one. */
  readonly key: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly group: string | null;
  readonly model: string | null;
  readonly provider: string | null;
}

interface Row extends SumsRow {
  readonly bucket: number | string;
  readonly id: string;
  readonly model: string;
  readonly provider: string;
}

/**
 * Usage by period, user and model. Returns one more than the limit if there are further pages. Every call is in exactly
 * one row.
 */
export async function readChargeback(
  store: Store,
  query: ChargebackQuery,
): Promise<readonly ChargebackRow[]> {
  const { project, range, filter, bucket, timeZone, isAttributed, scope, limit, after } = query;
  const sql = new Sql(store);
  const unit = isDaily(query) ? 'day' : 'minute';
  const unitMs = unit === 'day' ? 86_400_000 : 1000;
  const bound = (ms: number): string => sql.param(ms / unitMs, 'UInt32');
  const conditions = [
    `project = ${sql.text(project)}`,
    ...(range.fromMs === undefined ? [] : [`${unit} >= ${bound(range.fromMs)}`]),
    ...(range.toMs === undefined ? [] : [`${unit} < ${bound(range.toMs)}`]),
    sql.isShown,
    ...callConditions(filter, sql),
    ...(scope === undefined ? [] : scopeConditions(project, scope, sql)),
    ...(isAttributed === undefined ? [] : [`user_id ${isAttributed ? '!=' : '='} ''`]),
    CHANGES_SUMS,
  ];
  const second = unit === 'day' ? 'toUInt32(day) * 86400' : unit;
  const from =
    after === undefined
      ? ''
      : ` AND (toInt64(bucket), id, model, provider) > (${sql.integer(integerAt(after, 0))}, ${sql.text(after[1] ?? '')}, ${sql.text(after[2] ?? '')}, ${sql.text(after[3] ?? '')})`;
  const rows = await store.query<Row>(
    `SELECT ${bucketOf(bucket, timeZone, second, sql)} AS bucket, if(a.canonical = '', u.user_id, a.canonical) AS id,
       model, provider, ${sumsSql(sql)}
     FROM ${USAGE_TABLES[unit]} AS u
     LEFT JOIN (${resolvedAliases(sql.text(project))}) AS a
       ON a.alias_id = u.user_id
     WHERE ${all(conditions)} GROUP BY bucket, id, model, provider HAVING (nCalls > 0 OR nClaimed > 0)${from}
     ORDER BY bucket, id, model, provider LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  const ids = [...new Set(rows.map(({ id }) => id))].filter((id) => id !== '');
  const profiles = await readProfiles(store, project, ids);
  return rows.map((row) => {
    const { name = null, email = null, group = null } = profiles.get(row.id) ?? {};
    return {
      at: new Date(Number(row.bucket) * 1000).toISOString(),
      key: row.id || null,
      name,
      email,
      group,
      model: row.model || null,
      provider: row.provider || null,
      ...figuresOf(row),
    };
  });
}

/** The position after a row. */
export function positionOf({ at, key, model, provider }: ChargebackRow): Position {
  return [String(Date.parse(at) / 1000), key ?? '', model ?? '', provider ?? ''];
}
