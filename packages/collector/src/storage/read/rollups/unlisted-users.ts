import { USAGE_TABLES } from '../../engine/schema.ts';
import { DAY_OF_CALL, MINUTE_OF_CALL } from '../../engine/rollups.ts';
import type { Store } from '../../engine/store.ts';
import { conditions, GENTLY, MAX_TOLD, PATIENTLY, scopeParameters } from './differences.ts';
import type { Scope } from './differences.ts';

/** The tables that say when a user was there. */
export const USER_TABLES = Object.values(USAGE_TABLES);

/** Spans that name a user, while a table by user says that nobody named the user then. */
export interface UnlistedUser {
  readonly table: (typeof USER_TABLES)[number];
  readonly project: string;
  /** The day since the epoch, or the second in which the minute begins: as the table has it. */
  readonly at: number;
  readonly userId: string;
  readonly service: string;
  /** Number of the spans. */
  readonly spans: number;
}

const TIMES = {
  usage_day: {
    column: 'day',
    ofSpan: DAY_OF_CALL,
    dayOf: 'day',
    group: 'at',
    isSame: 'has(seen_at, each.1)',
  },
  usage_by_minute: {
    column: 'minute',
    ofSpan: MINUTE_OF_CALL,
    dayOf: 'intDiv(minute, 86400)',
    group: 'intDiv(at, 3600)',
    // Stores of older versions have the users of before by the quarter of an hour, or by the hour.
    isSame: `(${[60, 900, 3600].map((seconds) => `has(seen_at, intDiv(each.1, ${seconds}) * ${seconds})`).join(' OR ')})`,
  },
} as const;

/**
 * Finds users whom lists leave out, because what says that spans named them is lost: users without calls have nothing else.
 * How often they were named is not compared, as lists do not show it, and a span that two collectors received counts twice.
 *
 * Reads the keys of all spans. While spans are written it may find users of a batch that is half in.
 */
export async function readUnlistedUsers(
  store: Store,
  scope: Scope,
  { limit = MAX_TOLD }: { readonly limit?: number } = {},
): Promise<UnlistedUser[]> {
  const found: UnlistedUser[] = [];
  for (const table of USER_TABLES) {
    const { column, ofSpan, dayOf, group, isSame } = TIMES[table];
    const keys = 'project, at, user_id, service';
    const rows = await store.query<{
      project: string;
      time: number;
      user_id: string;
      service: string;
      spans: string;
    }>(
      `SELECT project, each.1 AS time, user_id, service, each.2 AS spans FROM (
         SELECT project, user_id, service, groupArrayIf((at, named), named > 0) AS names, groupArrayIf(at, times > 0) AS seen_at FROM (
           SELECT project, toUInt32(${ofSpan}) AS at, user_id, service, count() AS named, toInt64(0) AS times FROM spans
           WHERE user_id != '' AND ${conditions(scope, DAY_OF_CALL, true)} GROUP BY ${keys}
           UNION ALL
           SELECT project, toUInt32(${column}) AS at, user_id, service, toUInt64(0) AS named, sum(seen) AS times FROM ${table}
           WHERE seen != 0 AND ${conditions(scope, dayOf, true)} GROUP BY ${keys}
         ) GROUP BY project, user_id, service, ${group}
       ) ARRAY JOIN names AS each WHERE NOT ${isSame} ORDER BY project, time, user_id, service LIMIT ${limit} SETTINGS ${GENTLY}`,
      scopeParameters(scope),
      PATIENTLY,
    );
    for (const { project, time, user_id: userId, service, spans } of rows) {
      found.push({ table, project, at: time, userId, service, spans: Number(spans) });
    }
  }
  return found;
}
