import type { Store } from '../../engine/store.ts';
import { addSums, figuresOf, NO_SUMS, sumsSql } from '../usage/figures.ts';
import type { Figures, SumsRow } from '../usage/figures.ts';
import { callConditions } from '../query/filters.ts';
import { partsOf } from '../query/range.ts';
import { all, Sql } from '../../engine/sql.ts';
import { partCondition, partSource, withKeysOf } from '../usage/usage-source.ts';
import type { UsageQuery } from '../usage/usage-source.ts';

const DAY_MS = 86_400_000;
const TREND_DAYS = 30;

/** A day of a user. */
export interface Trend {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly calls: number;
  readonly tokens: number;
  /** `null` if all calls of the day are unpriced. */
  readonly cost: number | null;
  /** Number of claimed calls. With `--claimed count` they are part of `calls`, otherwise not. */
  readonly claimedCalls: number;
  readonly claimedTokens: number;
  /** `null` if all claimed calls of the day are unpriced. */
  readonly claimedCost: number | null;
}

/** The cells of a day with calls. */
type DayCells = readonly [day: number, counted: SumCells, claimed: SumCells];
type SumCells = readonly [calls: string, priced: string, tokens: string, usd: string];

/** Usage of one id in one part of the range. */
interface UsageRow extends SumsRow {
  readonly user_id: string;
  readonly days: readonly DayCells[];
}

export interface UserUsageQuery extends Omit<UsageQuery, 'by'> {
  /** End of the thirty days of the trend. Without it, no trend is returned. */
  readonly trendUntilMs?: number | undefined;
}

function firstTrendDay(untilMs: number): number {
  return Math.floor(untilMs / DAY_MS) - TREND_DAYS + 1;
}

/** Reads the days of the range and of the trend in one pass, because they mostly overlap. */
function daysSource(query: UserUsageQuery, untilMs: number, sql: Sql): string {
  const { project, range, filter, where = [] } = query;
  const ofRange = partsOf(range).filter(({ unit }) => unit === 'day');
  const inRange =
    ofRange.length === 0 ? '0' : ofRange.map((part) => `(${all(partCondition(part, sql))})`).join(' OR ');
  const inTrend = `day >= ${sql.param(firstTrendDay(untilMs), 'UInt16')}`;
  const conditions = [
    `project = ${sql.text(project)}`,
    `(${inRange} OR ${inTrend})`,
    ...callConditions(filter, sql),
    sql.isShown,
    ...where,
  ];
  const sums = Object.keys(NO_SUMS).map((name) => `sumIf(d.${name}, ${inRange}) AS ${name}`);
  return `SELECT user_id, ${sums.join(', ')},
      groupArrayIf((d.day, (d.nCalls, d.nPriced, d.inputTokens + d.outputTokens, d.usd),
        (d.nClaimed, d.claimedPriced, d.claimedInputTokens + d.claimedOutputTokens, d.claimedUsd)),
        ${inTrend} AND (d.nCalls > 0 OR d.nClaimed > 0)) AS days
    FROM (SELECT user_id, day, ${sumsSql(sql)} FROM usage_day WHERE ${all(conditions)} GROUP BY user_id, day) AS d
    GROUP BY user_id`;
}

function sourcesOf(query: UserUsageQuery, sql: Sql): readonly string[] {
  const { trendUntilMs } = query;
  const parts = partsOf(query.range).filter(({ unit }) => trendUntilMs === undefined || unit === 'minute');
  const cells = 'Tuple(Int64, Int64, Int64, Decimal(38, 18))';
  const noDays = `CAST([] AS Array(Tuple(UInt16, ${cells}, ${cells}))) AS days`;
  const sources = parts.map(
    (part) => `SELECT *, ${noDays} FROM (${partSource({ ...query, by: ['user_id'] }, part, sql)})`,
  );
  return trendUntilMs === undefined ? sources : [...sources, daysSource(query, trendUntilMs, sql)];
}

/** Usage of a user including its aliases. */
export interface UserUsage {
  readonly figures: Figures;
  /** The last thirty days, oldest first, including days without calls. */
  readonly trend?: readonly Trend[];
}

/** Usage without any calls. */
export function noUsage(trendUntilMs: number | undefined): UserUsage {
  return usageOf([], trendUntilMs);
}

function usageOf(rows: readonly UsageRow[], trendUntilMs: number | undefined): UserUsage {
  const figures = figuresOf(rows.length === 0 ? NO_SUMS : addSums(rows));
  return trendUntilMs === undefined ? { figures } : { figures, trend: trendOf(rows, trendUntilMs) };
}

/** Reads the usage of users in a range. Users without rows in the range and the trend are left out. */
export async function readUserUsage(
  store: Store,
  query: Omit<UserUsageQuery, 'where'>,
  members: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, UserUsage>> {
  const owners = new Map([...members].flatMap(([id, ids]) => ids.map((member) => [member, id] as const)));
  if (owners.size === 0) return new Map();
  const sql = new Sql(store);
  const where = [withKeysOf([...owners.keys()], sql)];
  const rows = await store.query<UsageRow>(
    sourcesOf({ ...query, where }, sql).join(' UNION ALL '),
    sql.parameters,
  );
  const byUser = new Map<string, UsageRow[]>();
  for (const row of rows) {
    const id = owners.get(row.user_id);
    // The row belongs to another id with the same key.
    if (id === undefined) continue;
    const known = byUser.get(id);
    if (known) known.push(row);
    else byUser.set(id, [row]);
  }
  return new Map([...byUser].map(([id, own]) => [id, usageOf(own, query.trendUntilMs)]));
}

function trendOf(rows: readonly UsageRow[], untilMs: number): readonly Trend[] {
  const first = firstTrendDay(untilMs);
  const days = Array.from({ length: TREND_DAYS }, () => ({ counted: noDay(), claimed: noDay() }));
  for (const [day, counted, claimed] of rows.flatMap((row) => row.days)) {
    const found = days[day - first];
    // The day is in the future, because the sender's clock is ahead.
    if (found === undefined) continue;
    addCells(found.counted, counted);
    addCells(found.claimed, claimed);
  }
  return days.map(({ counted, claimed }, at) => ({
    day: new Date((first + at) * DAY_MS).toISOString().slice(0, 10),
    calls: counted.calls,
    tokens: counted.tokens,
    cost: costOf(counted),
    claimedCalls: claimed.calls,
    claimedTokens: claimed.tokens,
    claimedCost: costOf(claimed),
  }));
}

interface DaySums {
  calls: number;
  priced: number;
  tokens: number;
  usd: number;
}

function noDay(): DaySums {
  return { calls: 0, priced: 0, tokens: 0, usd: 0 };
}

function addCells(sums: DaySums, [calls, priced, tokens, usd]: SumCells): void {
  sums.calls += Number(calls);
  sums.priced += Number(priced);
  sums.tokens += Number(tokens);
  sums.usd += Number(usd);
}

function costOf({ calls, priced, usd }: DaySums): number | null {
  return calls === 0 || priced > 0 ? usd : null;
}
