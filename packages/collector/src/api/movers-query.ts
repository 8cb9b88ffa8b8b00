import type { Store } from '../store/store.ts';
import { readProfiles } from './profiles-query.ts';
import type { Range } from './range.ts';
import { Sql } from './sql.ts';
import type { SummaryQuery } from './summary-query.ts';
import { usageSource } from './usage-source.ts';

/** A user whose cost changed since the range before. US dollars. */
export interface Mover {
  readonly id: string;
  readonly name: string | null;
  readonly cost: number;
  readonly before: number;
  readonly change: number;
}

/** The users whose cost changed most. */
export async function readMovers(
  store: Store,
  { project, range, filter }: SummaryQuery,
  before: Range,
  limit: number,
): Promise<Mover[]> {
  const sql = new Sql();
  const where = ["user_id != ''", 'calls != 0'];
  const now = usageSource({ project, range, filter, by: ['user_id'], where }, sql);
  const then = usageSource({ project, range: before, filter, by: ['user_id'], where }, sql);
  const aliases = `SELECT alias_id, canonical FROM aliases FINAL WHERE project = ${sql.text(project)}`;
  const rows = await store.query<{ id: string; cost_: string; before_: string }>(
    `SELECT if(a.canonical = '', u.user_id, a.canonical) AS id, sum(u.now_) AS cost_, sum(u.then_) AS before_
     FROM (SELECT user_id, usd AS now_, toDecimal128(0, 18) AS then_ FROM (${now})
           UNION ALL SELECT user_id, toDecimal128(0, 18) AS now_, usd AS then_ FROM (${then})) AS u
     LEFT JOIN (${aliases}) AS a ON a.alias_id = u.user_id
     GROUP BY id HAVING cost_ != before_ ORDER BY abs(cost_ - before_) DESC, id LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  const profiles = await readProfiles(
    store,
    project,
    rows.map((row) => row.id),
  );
  return rows.map(({ id, cost_: cost, before_: past }) => ({
    id,
    name: profiles.get(id)?.name ?? null,
    cost: Number(cost),
    before: Number(past),
    change: Number(cost) - Number(past),
  }));
}
