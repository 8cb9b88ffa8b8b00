import type { RecentAnswers } from '../query/recent-answers.ts';
import { callConditions } from '../query/filters.ts';
import { showTime } from '../users/profiles-query.ts';
import { all, Sql } from '../../engine/sql.ts';
import type { SummaryQuery } from './summary-query.ts';
import { nsConditions } from '../users/user-extras.ts';

/** Calls without a price, by model. */
export interface Unpriced {
  readonly model: string | null;
  readonly provider: string | null;
  readonly reason: string | null;
  readonly calls: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

const MAX_ROWS = 100;

/** What has no price and why, the most frequent first. Of several reasons that of a call whose usage is known: a price repairs it. */
export async function readUnpriced(
  answers: RecentAnswers,
  { project, range, filter }: SummaryQuery,
): Promise<Unpriced[]> {
  const sql = new Sql();
  const where = all([
    `project = ${sql.text(project)}`,
    "unpriced != ''",
    ...nsConditions('start_ns', range, sql),
    ...callConditions(filter, sql),
  ]);
  const columns = 'model, provider, unpriced, input_tokens, output_tokens, start_ns';
  const rows = await answers.query<{
    model: string;
    provider: string;
    reason: string;
    n: string;
    first_: string;
    last_: string;
  }>(
    `SELECT model, provider, argMax(unpriced, input_tokens + output_tokens) AS reason, count() AS n, min(start_ns) AS first_, max(start_ns) AS last_ FROM (
       SELECT ${columns} FROM calls FINAL WHERE ${where}
       UNION ALL SELECT ${columns} FROM calls_unattributed FINAL WHERE ${where}
     ) GROUP BY model, provider ORDER BY n DESC, model, provider LIMIT ${MAX_ROWS}`,
    sql.parameters,
    (found) => found.reduce((sum, { n }) => sum + Number(n), 0),
  );
  return rows.map((row) => ({
    model: row.model || null,
    provider: row.provider || null,
    reason: row.reason || null,
    calls: Number(row.n),
    firstSeen: showTime(row.first_),
    lastSeen: showTime(row.last_),
  }));
}
