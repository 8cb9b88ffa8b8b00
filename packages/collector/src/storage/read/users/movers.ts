import type { CallFilter } from '../query/filters.ts';
import { readProfiles } from './profiles-query.ts';
import type { Range } from '../query/range.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import { rowsOfAllUsers, unitsOf } from '../usage/usage-source.ts';
import { keyConditions, matchingSums } from './matching-keys.ts';
import type { UserScope } from './matching-keys.ts';
import { canonicalKey } from './resolved-aliases.ts';
import { idsOfKeys } from './user-ranking.ts';
import { IN_BEFORE, IN_RANGE, withUserSums } from './tables/user-sums.ts';
import type { UserSums } from './tables/user-sums.ts';

/** A user whose cost changed since the range before, in US dollars. Claimed calls are treated as `--claimed` says. */
export interface Mover {
  readonly id: string;
  readonly name: string | null;
  readonly cost: number;
  readonly before: number;
  readonly change: number;
  readonly claimedCost: number;
  readonly claimedBefore: number;
}

export interface ChangesQuery {
  readonly project: string;
  readonly range: Range;
  /** The range to compare with. */
  readonly before: Range;
  readonly filter: CallFilter;
  readonly scope: UserScope;
  /** Maximum number of users. */
  readonly limit: number;
}

interface ChangeRow {
  readonly key: string;
  readonly now: string;
  readonly then: string;
  readonly claimedNow: string;
  readonly claimedThen: string;
  /** Number of users in both ranges together. */
  readonly users: string;
}

/** Sums of both ranges, from the memory table of user sums or from the roll-ups. */
function changesSql(query: ChangesQuery, sql: Sql, kept: UserSums | undefined): string {
  const sums = kept === undefined ? addedUp(query, sql) : inTable(query, sql, kept);
  return `SELECT toString(key) AS key, toString(now_) AS now, toString(then_) AS then,
      toString(claimed_now_) AS claimedNow, toString(claimed_then_) AS claimedThen, count() OVER () AS users
    FROM (${sums})
    ORDER BY abs(now_ - then_) DESC, key LIMIT ${sql.param(query.limit, 'UInt32')}`;
}

function inTable({ project, scope }: ChangesQuery, sql: Sql, { table, matching }: UserSums): string {
  return `SELECT key, sumIf(cost, ${sql.isCounted} AND ${IN_RANGE}) AS now_, sumIf(cost, ${sql.isCounted} AND ${IN_BEFORE}) AS then_,
      sumIf(cost, ${sql.isClaimed} AND ${IN_RANGE}) AS claimed_now_, sumIf(cost, ${sql.isClaimed} AND ${IN_BEFORE}) AS claimed_then_
    FROM ${table} WHERE ${all(matchingSums({ project, ...scope }, sql, matching))} GROUP BY key`;
}

/** Reads both ranges in one pass, so that each day of each user is read once. */
function addedUp({ project, range, before, filter, scope }: ChangesQuery, sql: Sql): string {
  const matching = keyConditions({ project, ...scope }, sql);
  const sources = unitsOf([range, before], sql).map(({ unit, within: [now = '0', then = '0'] }) => {
    const conditions = [
      ...rowsOfAllUsers({ project, filter }, sql),
      `(${now} OR ${then})`,
      ...matching.ofRows,
    ];
    return `SELECT user_key,
         sumIf(cost, ${sql.isCounted} AND ${now}) AS cost_now, sumIf(cost, ${sql.isCounted} AND ${then}) AS cost_then,
         sumIf(cost, ${sql.isClaimed} AND ${now}) AS claimed_now, sumIf(cost, ${sql.isClaimed} AND ${then}) AS claimed_then
       FROM ${USAGE_TABLES[unit]} WHERE ${all(conditions)} GROUP BY user_key`;
  });
  const { key, join } = canonicalKey({ project, hasAliases: scope.hasAliases }, sql);
  const having = matching.ofSums.length === 0 ? '' : ` HAVING ${all(matching.ofSums)}`;
  return `SELECT ${key} AS key, sum(u.cost_now) AS now_, sum(u.cost_then) AS then_,
      sum(u.claimed_now) AS claimed_now_, sum(u.claimed_then) AS claimed_then_
    FROM (${sources.join(' UNION ALL ')}) AS u${join} GROUP BY key${having}`;
}

/** Finds the users whose cost changed most since the range before. */
export async function readMovers(answers: RecentAnswers, query: ChangesQuery): Promise<readonly Mover[]> {
  const { project } = query;
  const rows = await withUserSums(answers, query, (kept) => {
    const sql = new Sql(answers);
    const changes = changesSql(query, sql, kept);
    return answers.query<ChangeRow>(changes, sql.parameters, ([row]) => Number(row?.users ?? 0), {
      isYielding: true,
    });
  });
  const moved = rows.filter(({ now, then }) => now !== then);
  const ids = await idsOfKeys(
    answers,
    project,
    moved.map(({ key }) => key),
    Number(rows[0]?.users ?? 0),
  );
  const profiles = await readProfiles(answers, project, [...ids.values()]);
  return moved.flatMap(({ key, now, then, claimedNow, claimedThen }): Mover[] => {
    const id = ids.get(key);
    if (id === undefined) return [];
    const [cost, before] = [Number(now), Number(then)];
    const claimed = { claimedCost: Number(claimedNow), claimedBefore: Number(claimedThen) };
    return [{ id, name: profiles.get(id)?.name ?? null, cost, before, change: cost - before, ...claimed }];
  });
}
