import { namesCalls } from '../../query/filters.ts';
import type { CallFilter } from '../../query/filters.ts';
import type { KeptQuery } from '../../query/memory-answers.ts';
import type { Range } from '../../query/range.ts';
import type { RecentAnswers } from '../../query/recent-answers.ts';
import { USAGE_TABLES } from '../../../engine/schema.ts';
import { all, Sql } from '../../../engine/sql.ts';
import { rowsOfAllUsers, unitsOf } from '../../usage/usage-source.ts';
import { canonicalKey } from '../resolved-aliases.ts';
import { isLookedUp } from '../matching-keys.ts';
import type { UserScope } from '../matching-keys.ts';
import type { UsersQuery } from '../users-query.ts';

/** The sums of all users of a project in a range, of calls that match a filter. */
export interface UserSumsQuery {
  readonly project: string;
  readonly range: Range;
  /** The range to compare with, if there is one. */
  readonly before?: Range | undefined;
  readonly filter: CallFilter;
  readonly scope: UserScope;
}

/** The query for the sums that rank a list. */
export function sumsOf(
  query: Pick<UsersQuery, 'project' | 'range' | 'before' | 'calls' | keyof UserScope>,
): UserSumsQuery {
  const { project, range, before, calls: filter, users, keys, hasAliases } = query;
  return { project, range, before, filter, scope: { users, keys, hasAliases } };
}

const USD = 'Decimal(38, 18)';

/**
 * Columns of the memory table, which has a row for each user with usage in either range. `here` and `here_before` are
 * greater than 0 if the user is in the range.
 */
const COLUMNS = {
  key: 'UInt64',
  here: 'Int64',
  here_before: 'Int64',
  cost: USD,
  cost_before: USD,
  claimed_cost: USD,
  claimed_cost_before: USD,
  calls: 'Int64',
  tokens: 'Int64',
  cached_tokens: 'Int64',
  errors: 'Int64',
} as const;

/** The SQL of a row's share in `here`. */
export function presenceOf(filter: CallFilter): string {
  // With a filter of calls, users without a matching call are not in the list.
  return namesCalls(filter) ? 'calls' : 'calls + seen';
}

/** A query for the sums of all users, so that all user filters share one table. */
function userSums({ project, range, before, filter, scope }: UserSumsQuery, sql: Sql): KeptQuery {
  const ranges = before === undefined ? [range] : [range, before];
  const rows = unitsOf(ranges, sql).map(({ unit, within: [now = '0', then = '0'] }) => {
    const conditions = [...rowsOfAllUsers({ project, filter }, sql), `(${now} OR ${then})`];
    // Rows and not their sums, so that users are grouped only once.
    const flags = [
      `${now} AS is_now`,
      `${then} AS is_then`,
      `is_now AND ${sql.isCounted} AS is_counted`,
      `is_then AND ${sql.isCounted} AS was_counted`,
      `is_now AND ${sql.isClaimed} AS is_claimed`,
      `is_then AND ${sql.isClaimed} AS was_claimed`,
    ];
    return `SELECT user_key, ${flags.join(', ')},
        ${presenceOf(filter)} AS presence, cost AS usd, calls AS n_calls, input_tokens + output_tokens AS n_tokens, cached_tokens AS n_cached, errors AS n_errors
      FROM ${USAGE_TABLES[unit]} WHERE ${all(conditions)}`;
  });
  const { key, join } = canonicalKey({ project, hasAliases: scope.hasAliases }, sql);
  return {
    sql: `SELECT ${key} AS key, sumIf(presence, is_now) AS here, sumIf(presence, is_then) AS here_before,
        sumIf(usd, is_counted) AS cost, sumIf(usd, was_counted) AS cost_before,
        sumIf(usd, is_claimed) AS claimed_cost, sumIf(usd, was_claimed) AS claimed_cost_before,
        sumIf(n_calls, is_counted) AS calls, sumIf(n_tokens, is_counted) AS tokens,
        sumIf(n_cached, is_counted) AS cached_tokens, sumIf(n_errors, is_counted) AS errors
      FROM (${rows.join(' UNION ALL ')}) AS u${join} GROUP BY key`,
    parameters: sql.parameters,
    columns: COLUMNS,
  };
}

/** Runs `read` with the name of the memory table of user sums, or with `undefined` if there is none. See `MemoryAnswers.use`. */
export function withUserSums<T>(
  answers: RecentAnswers,
  query: UserSumsQuery,
  read: (table: string | undefined) => Promise<T>,
): Promise<T> {
  // Reading the rows of a few users is faster than filling a table.
  if (isLookedUp(query.scope)) return read(undefined);
  return answers.tables.use(userSums(query, new Sql(answers)), read);
}
