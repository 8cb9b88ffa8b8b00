import type { Queries } from '../../engine/store.ts';
import { addSums, figuresOf, NO_SUMS, sumsSql } from '../usage/figures.ts';
import type { Figures, SumsRow } from '../usage/figures.ts';
import { callConditions } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import type { Range } from '../query/range.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import { unitsOf, withKeysOf } from '../usage/usage-source.ts';
import { EVERYBODY } from './matching-keys.ts';
import { withUserSums } from './tables/user-sums.ts';
import type { UserSums } from './tables/user-sums.ts';

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

/** The condition for the days of the trend. */
function trendCondition(untilMs: number | undefined, sql: Sql): string {
  return untilMs === undefined ? '0' : `day >= ${sql.param(firstTrendDay(untilMs), 'UInt16')}`;
}

/** Reads both ranges and the trend in one pass over each roll-up, because their days mostly overlap. */
function sourcesOf(query: UserUsageQuery, ofUsers: string, sql: Sql): readonly string[] {
  const { project, range, before, filter, trendUntilMs } = query;
  const inTrend = trendCondition(trendUntilMs, sql);
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

/**
 * Reads the usage of users in a range. Users without rows in the range and the trend are left out.
 *
 * @param memory - Where memory tables may be used.
 */
export async function readUserUsage(
  store: Queries,
  query: UserUsageQuery,
  members: ReadonlyMap<string, readonly string[]>,
  memory?: UsageMemory,
): Promise<ReadonlyMap<string, UserUsage>> {
  const owners = new Map([...members].flatMap(([id, ids]) => ids.map((member) => [member, id] as const)));
  if (owners.size === 0) return new Map();
  const rows = await withSums(memory, query, async (sums) => {
    const found = sums === undefined ? undefined : await rowsWithSums(store, query, owners, sums);
    return found ?? readRows(store, query, owners);
  });
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

interface UsageMemory {
  readonly answers: RecentAnswers;
  /** Whether the project has any aliases. */
  readonly hasAliases: boolean;
}

type Owners = ReadonlyMap<string, string>;

function readRows(store: Queries, query: UserUsageQuery, owners: Owners): Promise<readonly UsageRow[]> {
  const sql = new Sql(store);
  const sources = sourcesOf(query, withKeysOf([...owners.keys()], sql), sql);
  return store.query<UsageRow>(sources.join(' UNION ALL '), sql.parameters);
}

/** Runs `read` with the table by which the list was ranked, if it includes everything written so far. */
function withSums<T>(
  memory: UsageMemory | undefined,
  { project, range, before, filter }: UserUsageQuery,
  read: (sums: UserSums | undefined) => Promise<T>,
): Promise<T> {
  // With aliases, its sums are those of canonical users, and the ids of each row are needed here.
  if (memory === undefined || memory.hasAliases) return read(undefined);
  const scope = { ...EVERYBODY, hasAliases: false };
  return withUserSums(memory.answers, { project, range, before, filter, scope }, read, 'exact');
}

interface DaysRow extends Pick<UsageRow, 'user_id' | 'isThere' | 'days'> {
  readonly key: string;
}

/**
 * The rows with sums from the memory table and days from the roll-up, which takes half as long as reading the sums of
 * both from the disk. `undefined` if another id has the key of one of these users, because the sums would include it.
 */
async function rowsWithSums(
  store: Queries,
  query: UserUsageQuery,
  owners: Owners,
  { table }: UserSums,
): Promise<readonly UsageRow[] | undefined> {
  const sql = new Sql(store);
  const keys = [...owners.keys()].map((id) => `cityHash64(${sql.text(id)})`);
  const [days, sums] = await Promise.all([
    readDays(store, query, owners),
    store.query<SumsRow & { key: string; place: 0 | 1 }>(
      `SELECT toString(key) AS key, place, ${sumsSql(sql)} FROM ${table} WHERE key IN (${keys.join(', ')}) GROUP BY key, place`,
      sql.parameters,
    ),
  ]);
  const ids = new Map(days.map((row) => [row.key, row.user_id]));
  const areTheirs =
    days.every(({ user_id: id }) => owners.has(id)) &&
    // Two of these users may have one key, too.
    ids.size === days.length &&
    sums.every(({ key }) => ids.has(key));
  if (!areTheirs) return undefined;
  return [
    ...days
      .filter(({ isThere }) => isThere === 1)
      .map((row): UsageRow => ({ ...NO_SUMS, ...row, place: PLACES.trend })),
    ...sums.map((row): UsageRow => ({
      ...row,
      user_id: ids.get(row.key) ?? '',
      isThere: row.place === PLACES.range ? 1 : 0,
      days: [],
    })),
  ];
}

/** The days of the trend, and every id with the keys of these users in the ranges. */
function readDays(store: Queries, query: UserUsageQuery, owners: Owners): Promise<readonly DaysRow[]> {
  const { project, range, before, filter, trendUntilMs } = query;
  const sql = new Sql(store);
  const inTrend = trendCondition(trendUntilMs, sql);
  const starts = [range, ...(before === undefined ? [] : [before])].map(({ fromMs = 0 }) => fromMs / DAY_MS);
  const firstDay = Math.floor(
    Math.min(...starts, ...(trendUntilMs === undefined ? [] : [firstTrendDay(trendUntilMs)])),
  );
  const conditions = [
    `project = ${sql.text(project)}`,
    `day >= ${sql.param(Math.max(0, firstDay), 'UInt16')}`,
    ...callConditions(filter, sql),
    sql.isShown,
    withKeysOf([...owners.keys()], sql),
  ];
  const cells = (condition: string): string => {
    const sums = ['calls', 'priced', 'input_tokens + output_tokens', 'cost'];
    return `(${sums.map((column) => `sumIf(${column}, ${condition})`).join(', ')})`;
  };
  return store.query<DaysRow>(
    `SELECT user_id, toString(user_key) AS key, max(${inTrend}) AS isThere,
       groupArrayIf((day, counted, claimed_), ${inTrend} AND (counted.1 > 0 OR claimed_.1 > 0)) AS days
     FROM (SELECT user_id, user_key, day, ${cells(sql.isCounted)} AS counted, ${cells(sql.isClaimed)} AS claimed_
       FROM ${USAGE_TABLES.day} WHERE ${all(conditions)} GROUP BY user_id, user_key, day)
     GROUP BY user_id, user_key`,
    sql.parameters,
  );
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
