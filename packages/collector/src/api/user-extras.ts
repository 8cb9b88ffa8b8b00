import type { Store } from '../store/store.ts';
import { callConditions } from './filters.ts';
import type { CallFilter } from './filters.ts';
import type { Range } from './range.ts';
import { all, Sql } from './sql.ts';
import { ofUsers } from './usage-source.ts';

const DAY_MS = 86_400_000;
const TREND_DAYS = 30;

/** A day of a user. */
export interface Trend {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly calls: number;
  readonly tokens: number;
  /** `null` on a day whose calls are all unpriced. */
  readonly cost: number | null;
}

type Members = ReadonlyMap<string, readonly string[]>;

/** Nanosecond bounds on a time column. */
export function nsConditions(column: string, { fromMs, toMs }: Range, sql: Sql): string[] {
  return [
    ...(fromMs === undefined ? [] : [`${column} >= ${sql.integer(BigInt(fromMs) * 1_000_000n)}`]),
    ...(toMs === undefined ? [] : [`${column} < ${sql.integer(BigInt(toMs) * 1_000_000n)}`]),
  ];
}

/** Threads of each id that had a call in the range. */
export async function readThreadCounts(
  store: Store,
  project: string,
  ids: readonly string[],
  range: Range,
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const sql = new Sql();
  const { fromMs, toMs } = range;
  const having = [
    'sum(calls) > 0',
    ...(fromMs === undefined ? [] : [`max(last_ns) >= ${sql.integer(BigInt(fromMs) * 1_000_000n)}`]),
    ...(toMs === undefined ? [] : [`min(first_ns) < ${sql.integer(BigInt(toMs) * 1_000_000n)}`]),
  ];
  const rows = await store.query<{ user_id: string; threads: string }>(
    `SELECT user_id, count() AS threads FROM (
       SELECT user_id, thread_id FROM threads
       WHERE project = ${sql.text(project)} AND user_id IN ${sql.texts(ids)}
       GROUP BY user_id, thread_id HAVING ${all(having)}
     ) GROUP BY user_id`,
    sql.parameters,
  );
  return new Map(rows.map((row) => [row.user_id, Number(row.threads)]));
}

/** The last thirty days of each user, oldest first; days without calls are there too. */
export async function readTrends(
  store: Store,
  project: string,
  members: Members,
  nowMs: number,
): Promise<ReadonlyMap<string, readonly Trend[]>> {
  const today = Math.floor(nowMs / DAY_MS);
  const first = today - TREND_DAYS + 1;
  const sql = new Sql();
  const rows = await store.query<{
    user_id: string;
    at: number;
    n: string;
    priced_: string;
    tokens: string;
    usd: string;
  }>(
    `SELECT user_id, day AS at, sum(calls) AS n, sum(priced) AS priced_,
            sum(input_tokens) + sum(output_tokens) AS tokens, sum(cost) AS usd
     FROM usage_day WHERE project = ${sql.text(project)} AND day >= ${sql.param(first, 'UInt16')}
       AND ${ofUsers([...members.values()].flat(), sql)}
     GROUP BY user_id, at HAVING n > 0`,
    sql.parameters,
  );
  const byUser = new Map<string, typeof rows>();
  for (const row of rows) {
    const list = byUser.get(row.user_id);
    if (list) list.push(row);
    else byUser.set(row.user_id, [row]);
  }
  const trends = new Map<string, readonly Trend[]>();
  for (const [id, ids] of members) {
    const own = ids.flatMap((member) => byUser.get(member) ?? []);
    trends.set(
      id,
      Array.from({ length: TREND_DAYS }, (_, at) => {
        const ofDay = own.filter((row) => row.at === first + at);
        const sum = (value: (row: (typeof rows)[number]) => string): number =>
          ofDay.reduce((total, row) => total + Number(value(row)), 0);
        const calls = sum((row) => row.n);
        const isPriced = calls === 0 || sum((row) => row.priced_) > 0;
        return {
          day: new Date((first + at) * DAY_MS).toISOString().slice(0, 10),
          calls,
          tokens: sum((row) => row.tokens),
          cost: isPriced ? sum((row) => row.usd) : null,
        };
      }),
    );
  }
  return trends;
}

/** Median cost of the priced calls of each user, from the calls themselves: sums cannot tell it. */
export async function readMedians(
  store: Store,
  project: string,
  members: Members,
  range: Range,
  filter: CallFilter,
): Promise<ReadonlyMap<string, number>> {
  const ids = [...members.values()].flat();
  if (ids.length === 0) return new Map();
  const owner = new Map([...members].flatMap(([id, list]) => list.map((member) => [member, id] as const)));
  const sql = new Sql();
  const conditions = [
    `project = ${sql.text(project)}`,
    `user_id IN ${sql.texts(ids)}`,
    'cost IS NOT NULL',
    ...nsConditions('start_ns', range, sql),
    ...callConditions(filter, sql),
  ];
  const from = sql.texts([...owner.keys()]);
  const to = sql.texts([...owner.values()]);
  const rows = await store.query<{ id: string; median: number }>(
    `SELECT transform(user_id, ${from}, ${to}, user_id) AS id, quantileExactInclusive(0.5)(toFloat64(cost)) AS median
     FROM calls FINAL WHERE ${all(conditions)} GROUP BY id`,
    sql.parameters,
  );
  return new Map(rows.map((row) => [row.id, row.median]));
}
