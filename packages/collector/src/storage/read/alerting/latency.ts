import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { callConditions } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import { KEYS } from './window-sums.ts';
import type { SumsBy } from './window-sums.ts';
import type { TimeSpan } from './window-parts.ts';

export interface LatencyQuery {
  readonly project: string;
  readonly by: SumsBy;
  readonly span: TimeSpan;
  readonly filter: CallFilter;
  readonly userIds?: readonly string[];
  /** Maps users to canonical ids or groups. */
  readonly ownerOf?: (userId: string) => string | null;
}

/** Latencies of some calls, in milliseconds. */
export interface Latency {
  /** The exact 95th percentile. */
  readonly p95Ms: number;
  readonly longestMs: number;
}

/** Exact latencies of calls by key. Read from the calls themselves. */
export async function readLatencies(
  store: Store,
  query: LatencyQuery,
): Promise<ReadonlyMap<string, Latency>> {
  const sql = new Sql(store);
  const { project, by, span, filter, userIds, ownerOf } = query;
  const where = all([
    `project = ${sql.text(project)}`,
    `start_ns >= ${sql.integer(BigInt(span.fromMs) * 1_000_000n)}`,
    `start_ns < ${sql.integer(BigInt(span.toMs) * 1_000_000n)}`,
    ...callConditions(filter, sql),
    sql.isCounted,
    ...(userIds === undefined ? [] : [`user_id IN ${sql.texts(userIds)}`]),
  ]);
  const tables = by === 'user' || userIds !== undefined ? ['calls'] : ['calls', 'calls_unattributed'];
  const calls = tables
    .map((table) => `SELECT ${KEYS[by]} AS key, duration_ns FROM ${table} FINAL WHERE ${where}`)
    .join(' UNION ALL ');
  const rows = await store.query<{ key: string; times: readonly string[] }>(
    `SELECT key, groupArray(duration_ns) AS times FROM (${calls}) GROUP BY key`,
    sql.parameters,
    { isBackground: true },
  );
  const times = new Map<string, number[]>();
  for (const row of rows) {
    const owner = ownerOf === undefined ? row.key : ownerOf(row.key);
    if (owner === null) continue;
    const known = times.get(owner) ?? [];
    for (const time of row.times) known.push(Number(time) / 1e6);
    times.set(owner, known);
  }
  return new Map([...times].map(([key, list]) => [key, latencyOf(list)]));
}

/** The percentile is the smallest value that at least 95 % of the values do not exceed. */
function latencyOf(values: readonly number[]): Latency {
  const sorted = values.toSorted((a, b) => a - b);
  const p95Ms = sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
  return { p95Ms, longestMs: sorted.at(-1) ?? 0 };
}
