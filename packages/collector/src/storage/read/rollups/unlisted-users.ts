import { USAGE_TABLES } from '../../engine/schema.ts';
import { DAY_OF_CALL, MINUTE_OF_CALL } from '../../engine/rollups.ts';
import type { Store } from '../../engine/store.ts';
import {
  conditions,
  BACKGROUND_SETTINGS,
  MAX_REPORTED,
  BACKGROUND_QUERY,
  rangeParameters,
} from './differences.ts';
import type { CheckRange } from './differences.ts';

/** The tables that record when a user was seen. */
export const USER_TABLES = Object.values(USAGE_TABLES);

/** A user whom spans name at a time for which a table of users has no row. */
export interface UnlistedUser {
  readonly table: (typeof USER_TABLES)[number];
  readonly project: string;
  /** The day since the epoch or the start of the minute in seconds, depending on the table. */
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
    // Migrated stores have earlier users per quarter of an hour or per hour.
    isSame: `(${[60, 900, 3600].map((seconds) => `has(seen_at, intDiv(each.1, ${seconds}) * ${seconds})`).join(' OR ')})`,
  },
} as const;

/**
 * Finds users that lists do not show because the rows that record them are lost. Users without calls have no other
 * rows. The number of spans is not compared, because lists do not show it and a span that two collectors received
 * counts twice.
 *
 * Reads the keys of all spans. While spans are being written, it may return users of a batch that is partly visible.
 */
export async function readUnlistedUsers(
  store: Store,
  range: CheckRange,
  { limit = MAX_REPORTED }: { readonly limit?: number } = {},
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
           WHERE user_id != '' AND ${conditions(range, DAY_OF_CALL, true)} GROUP BY ${keys}
           UNION ALL
           SELECT project, toUInt32(${column}) AS at, user_id, service, toUInt64(0) AS named, sum(seen) AS times FROM ${table}
           WHERE seen != 0 AND ${conditions(range, dayOf, true)} GROUP BY ${keys}
         ) GROUP BY project, user_id, service, ${group}
       ) ARRAY JOIN names AS each WHERE NOT ${isSame} ORDER BY project, time, user_id, service LIMIT ${limit} SETTINGS ${BACKGROUND_SETTINGS}`,
      rangeParameters(range),
      BACKGROUND_QUERY,
    );
    for (const { project, time, user_id: userId, service, spans } of rows) {
      found.push({ table, project, at: time, userId, service, spans: Number(spans) });
    }
  }
  return found;
}
