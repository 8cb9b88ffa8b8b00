import type { Store } from '../../engine/store.ts';
import { addSums, figuresOf, NO_SUMS, sumsSql } from '../usage/figures.ts';
import type { Figures, SumsRow } from '../usage/figures.ts';
import { callConditions } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import type { Range } from '../query/range.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import { unitsOf, withKeysOf } from '../usage/usage-source.ts';

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

/** Whether a row is in the range, in the range before, or only in the days of the trend. */
const PLACES = { range: 0, before: 1, trend: 2 } as const;

/** Usage of one id in one part of the range. */
interface UsageRow extends SumsRow {
  readonly user_id: string;
  readonly place: (typeof PLACES)[keyof typeof PLACES];
  /** 1 where the id has rows in the range or in the trend. */
  readonly isThere: 0 | 1;
  readonly days: readonly DayCells[];
}

export interface UserUsageQuery {
  readonly project: string;
  readonly range: Range;
  /** The range to compare with, which ends where the other begins. */
  readonly before?: Range | undefined;
  readonly filter: CallFilter;
  /** End of the thirty days of the trend. Without it, no trend is returned. */
  readonly trendUntilMs?: number | undefined;
}

function firstTrendDay(untilMs: number): number {
  return Math.floor(untilMs / DAY_MS) - TREND_DAYS + 1;
}

/** Reads both ranges and the trend in one pass over each roll-up, because their days mostly overlap. */
function sourcesOf(query: UserUsageQuery, ofUsers: string, sql: Sql): readonly string[] {
  const { project, range, before, filter, trendUntilMs } = query;
  const inTrend =
    trendUntilMs === undefined ? '0' : `day >= ${sql.param(firstTrendDay(trendUntilMs), 'UInt16')}`;
  const units = unitsOf(before === undefined ? [range] : [range, before], sql);
  const withinOf = (wanted: string): readonly string[] =>
    units.find(({ unit }) => unit === wanted)?.within ?? [];
  const conditions = [`project = ${sql.text(project)}`, ...callConditions(filter, sql), sql.isShown, ofUsers];
  const placeOf = ([inRange = '0', inBefore = '0']: readonly string[]): string =>
    `multiIf(${inRange}, ${PLACES.range}, ${inBefore}, ${PLACES.before}, ${PLACES.trend})`;
  const sources: string[] = [];
  const ofDays = withinOf('day');
  if (ofDays.length > 0 || trendUntilMs !== undefined) {
    const sums = Object.keys(NO_SUMS).map((name) => `sum(d.${name}) AS ${name}`);
    sources.push(`SELECT user_id, ${placeOf(ofDays)} AS place, max(${ofDays[0] ?? '0'} OR ${inTrend}) AS isThere, ${sums.join(', ')},
        groupArrayIf((d.day, (d.nCalls, d.nPriced, d.inputTokens + d.outputTokens, d.usd),
          (d.nClaimed, d.claimedPriced, d.claimedInputTokens + d.claimedOutputTokens, d.claimedUsd)),
          ${inTrend} AND (d.nCalls > 0 OR d.nClaimed > 0)) AS days
      FROM (SELECT user_id, day, ${sumsSql(sql)} FROM ${USAGE_TABLES.day}
        WHERE (${[...ofDays, inTrend].join(' OR ')}) AND ${all(conditions)} GROUP BY user_id, day) AS d
      GROUP BY user_id, place`);
  }
  const ofMinutes = withinOf('minute');
  if (ofMinutes.length > 0) {
    const cells = 'Tuple(Int64, Int64, Int64, Decimal(38, 18))';
    sources.push(`SELECT user_id, ${placeOf(ofMinutes)} AS place, max(${ofMinutes[0] ?? '0'}) AS isThere, ${sumsSql(sql)},
        CAST([] AS Array(Tuple(UInt16, ${cells}, ${cells}))) AS days
      FROM ${USAGE_TABLES.minute} WHERE (${ofMinutes.join(' OR ')}) AND ${all(conditions)} GROUP BY user_id, place`);
  }
  return sources;
}

/** Usage of a user including its aliases. */
export interface UserUsage {
  readonly figures: Figures;
  /** Whether there are rows in the range or in the trend. */
  readonly isThere: boolean;
  /** The last thirty days, oldest first, including days without calls. */
  readonly trend?: readonly Trend[];
  /** Usage in the range before. Zero if none was requested. */
  readonly before: Figures;
}

/** Usage without any calls. */
export function noUsage(trendUntilMs: number | undefined): UserUsage {
  return usageOf([], trendUntilMs);
}

function usageOf(rows: readonly UsageRow[], trendUntilMs: number | undefined): UserUsage {
  const figuresIn = (wanted: UsageRow['place']): Figures => {
    const own = rows.filter(({ place }) => place === wanted);
    return figuresOf(own.length === 0 ? NO_SUMS : addSums(own));
  };
  return {
    isThere: rows.some(({ isThere }) => isThere === 1),
    figures: figuresIn(PLACES.range),
    before: figuresIn(PLACES.before),
    ...(trendUntilMs === undefined ? {} : { trend: trendOf(rows, trendUntilMs) }),
  };
}

/** Reads the usage of users in a range. Users without rows in the range and the trend are left out. */
export async function readUserUsage(
  store: Store,
  query: UserUsageQuery,
  members: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, UserUsage>> {
  const owners = new Map([...members].flatMap(([id, ids]) => ids.map((member) => [member, id] as const)));
  if (owners.size === 0) return new Map();
  const sql = new Sql(store);
  const sources = sourcesOf(query, withKeysOf([...owners.keys()], sql), sql);
  const rows = await store.query<UsageRow>(sources.join(' UNION ALL '), sql.parameters);
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
