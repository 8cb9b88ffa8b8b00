import { FOREIGN_COST_PATTERN, MISSING_PRICE_PATTERN } from '@userspan/ledger';

import type { RecentAnswers } from '../query/recent-answers.ts';
import { callConditions } from '../query/filters.ts';
import { showTime } from '../users/profiles-query.ts';
import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { KEY_OF_CALL, scopeConditions } from './scoped-source.ts';
import type { SummaryQuery } from './summary-query.ts';
import { nsConditions } from '../users/user-extras.ts';

/** Calls without a price, by model. */
export interface Unpriced {
  readonly model: string | null;
  readonly provider: string | null;
  readonly reason: string | null;
  /** Whether only a price is missing. It is false if the usage or a currency rate is unknown. */
  readonly needsPrice: boolean;
  readonly calls: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

const MAX_ROWS = 100;

/** Unpriced calls with the reason, by model and by whether only a price is missing, the most frequent first. */
export async function readUnpriced(
  answers: RecentAnswers,
  { project, range, filter, scope }: SummaryQuery,
): Promise<Unpriced[]> {
  const sql = new Sql(answers);
  const where = all([
    `project = ${sql.text(project)}`,
    "unpriced != ''",
    ...nsConditions('start_ns', range, sql),
    ...callConditions(filter, sql),
    sql.isCounted,
    ...scopeConditions(project, scope, sql, KEY_OF_CALL),
  ]);
  const columns = 'model, provider, unpriced, input_tokens, output_tokens, start_ns';
  const rows = await answers.query<{
    model: string;
    provider: string;
    reason: string;
    needs_price: number;
    n: string;
    first_: string;
    last_: string;
  }>(
    `SELECT model, provider, match(unpriced, ${sql.text(MISSING_PRICE_PATTERN)}) AS needs_price,
       argMax(unpriced, input_tokens + output_tokens) AS reason, count() AS n, min(start_ns) AS first_, max(start_ns) AS last_ FROM (
       SELECT ${columns} FROM calls FINAL WHERE ${where}
       UNION ALL SELECT ${columns} FROM calls_unattributed FINAL WHERE ${where}
     ) GROUP BY model, provider, needs_price ORDER BY n DESC, model, provider, needs_price LIMIT ${MAX_ROWS}`,
    sql.parameters,
    (found) => found.reduce((sum, { n }) => sum + Number(n), 0),
  );
  return rows.map((row) => ({
    model: row.model || null,
    provider: row.provider || null,
    reason: row.reason || null,
    needsPrice: row.needs_price === 1,
    calls: Number(row.n),
    firstSeen: showTime(row.first_),
    lastSeen: showTime(row.last_),
  }));
}

/** A model of a project that has calls without a price. */
export interface UnpricedModel {
  readonly project: string;
  readonly provider: string;
  readonly model: string;
  /** Whether some of its calls state a cost in a currency other than US dollars. */
  readonly hasForeignCost: boolean;
}

/** Models in all projects with calls for which only a price or a currency rate is missing. */
export async function readUnpricedModels(store: Store): Promise<readonly UnpricedModel[]> {
  const wanted = (table: string): string =>
    `SELECT project, provider, model, match(unpriced, {foreign:String}) AS is_foreign FROM ${table} FINAL
     WHERE unpriced != '' AND (is_foreign OR match(unpriced, {pattern:String}))`;
  const rows = await store.query<{ project: string; provider: string; model: string; has_foreign: number }>(
    `SELECT project, provider, model, max(is_foreign) AS has_foreign
     FROM (${wanted('calls')} UNION ALL ${wanted('calls_unattributed')})
     GROUP BY project, model, provider ORDER BY project, model, provider`,
    { pattern: MISSING_PRICE_PATTERN, foreign: FOREIGN_COST_PATTERN },
  );
  return rows.map(({ has_foreign, ...row }) => ({ ...row, hasForeignCost: has_foreign === 1 }));
}
