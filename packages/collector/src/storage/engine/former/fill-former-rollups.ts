import { CALL_MEASURES, FIRST_CALL_MEASURES } from '../measures.ts';
import type { CallMeasure } from '../measures.ts';
import {
  BY_ATTRIBUTED,
  BY_USER,
  CALL_DIMENSIONS as DIMENSIONS,
  MINUTE_OF_CALL,
  QUARTER_OF_CALL,
  ROLLUP_KEYS,
} from '../rollups.ts';
import type { Rollup, RollupKeys } from '../rollups.ts';

/** Roll-up tables in stores of older versions. */
export const FORMER_ROLLUPS = [
  'usage_minute',
  'usage_quarter',
  'usage_day',
  'totals_minute',
  'totals_quarter',
  'threads',
] as const;

/** A roll-up table of this version or an older one. */
export type AnyRollup = Rollup | (typeof FORMER_ROLLUPS)[number];

const DIMENSIONS_BY_HOUR = 'provider, model, service, operation, scope, tags';
/** What a call adds to each measure, with aliases that differ from all column names. */
const MADE = FIRST_CALL_MEASURES.map((name) => `${CALL_MEASURES[name].sql} AS m_${name}`).join(', ');
const SUMS = FIRST_CALL_MEASURES.map((name) => `sum(m_${name})`);
const MEASURES = SUMS.join(', ');
const COLUMNS = FIRST_CALL_MEASURES.join(', ');

/**
 * Calls in the former minute tables: those that started at most 65 days before they were received, and at most a day
 * after.
 */
const IS_KEPT_BY_MINUTE =
  '(intDiv(start_ns, 1000000000) >= toInt64(received) - 5616000 AND intDiv(start_ns, 1000000000) <= toInt64(received) + 86400)';

/**
 * Statements that fill the former minute tables from the calls in a store of an older version.
 *
 * Each does nothing if its table has rows, so it can be repeated. Rows that are missing after a crash are found and
 * repaired by `userspan doctor`.
 */
export function fillFormerMinuteTables(): readonly string[] {
  const calls = (columns: string): string =>
    ['calls', 'calls_unattributed']
      .map((table) => `SELECT ${columns} FROM ${table} FINAL WHERE ${IS_KEPT_BY_MINUTE}`)
      .join(' UNION ALL ');
  const raw = calls(`project, user_id, ${MINUTE_OF_CALL} AS minute, ${DIMENSIONS}, ${MADE}`);
  return [
    `INSERT INTO usage_minute (project, minute, user_id, ${DIMENSIONS}, ${COLUMNS})
     SELECT project, minute, user_id, ${DIMENSIONS}, ${MEASURES} FROM (${raw})
     WHERE (SELECT count() FROM usage_minute) = 0 GROUP BY project, minute, user_id, ${DIMENSIONS}`,
    `INSERT INTO totals_minute (project, minute, attributed, ${DIMENSIONS}, ${COLUMNS})
     SELECT project, minute, toUInt8(user_id != '') AS attributed, ${DIMENSIONS}, ${MEASURES} FROM (${raw})
     WHERE (SELECT count() FROM totals_minute) = 0 GROUP BY project, minute, attributed, ${DIMENSIONS}`,
  ];
}

const KEYS: Readonly<Record<AnyRollup, RollupKeys>> = {
  ...ROLLUP_KEYS,
  usage_minute: { columns: { minute: MINUTE_OF_CALL, ...BY_USER }, calls: IS_KEPT_BY_MINUTE },
  usage_quarter: { columns: { quarter: QUARTER_OF_CALL, ...BY_USER } },
  totals_minute: { columns: { minute: MINUTE_OF_CALL, ...BY_ATTRIBUTED }, calls: IS_KEPT_BY_MINUTE },
};

/** Both tables of calls, with the keys of a roll-up as `k0`, `k1`… */
function callsFor(table: AnyRollup, others: readonly string[], where = '1'): string {
  const { columns, calls = '1' } = KEYS[table];
  const keys = Object.values(columns).map((made, at) => `${made} AS k${at}`);
  return ['calls', 'calls_unattributed']
    .map(
      (each) =>
        `SELECT project, ${[...keys, ...others].join(', ')}, start_ns, duration_ns FROM ${each} FINAL WHERE ${where} AND ${calls}`,
    )
    .join(' UNION ALL ');
}

/**
 * Statements that fill the quarter-hour tables from the calls and, for users who were seen without a call, from the
 * hourly tables. The hourly tables are emptied afterwards and not dropped, because a write batch of the older version
 * may still name them.
 *
 * Can be repeated, like {@link fillFormerMinuteTables}.
 */
export function fillQuarterTables(emptied: readonly string[]): readonly string[] {
  const calls = ['calls', 'calls_unattributed']
    .map(
      (table) =>
        `SELECT project, user_id, ${QUARTER_OF_CALL} AS quarter, ${DIMENSIONS}, ${MADE} FROM ${table} FINAL`,
    )
    .join(' UNION ALL ');
  return [
    `INSERT INTO usage_quarter (project, quarter, user_id, ${DIMENSIONS}, ${COLUMNS})
     SELECT project, quarter, user_id, ${DIMENSIONS}, ${MEASURES} FROM (${calls})
     WHERE (SELECT count() FROM usage_quarter) = 0 GROUP BY project, quarter, user_id, ${DIMENSIONS}`,
    `INSERT INTO usage_quarter (project, quarter, user_id, ${DIMENSIONS_BY_HOUR}, seen)
     SELECT project, hour, user_id, ${DIMENSIONS_BY_HOUR}, sum(seen) FROM usage_hour
     WHERE (SELECT sum(seen) FROM usage_quarter) = 0 GROUP BY project, hour, user_id, ${DIMENSIONS_BY_HOUR} HAVING sum(seen) != 0`,
    `INSERT INTO totals_quarter (project, quarter, attributed, ${DIMENSIONS}, ${COLUMNS})
     SELECT project, quarter, toUInt8(user_id != '') AS attributed, ${DIMENSIONS}, ${MEASURES} FROM (${calls})
     WHERE (SELECT count() FROM totals_quarter) = 0 GROUP BY project, quarter, attributed, ${DIMENSIONS}`,
    ...emptied,
  ];
}

/**
 * Statements that move the sums of claimed calls to separate rows, in a store whose roll-ups combine them with verified
 * calls.
 *
 * Each does nothing if its table has such rows, so it can be repeated.
 */
export function splitClaimedSums(): readonly string[] {
  return FORMER_ROLLUPS.map(splitSql);
}

/**
 * Statements that fill the column of a measure that was added later, in a store whose roll-ups have the column without
 * values.
 *
 * Each does nothing if its table has values in the column, so it can be repeated.
 */
export function fillMeasure(measure: CallMeasure, tables: readonly AnyRollup[]): readonly string[] {
  return tables.map((table) => fillMeasureSql(table, measure));
}

function fillMeasureSql(table: AnyRollup, measure: CallMeasure): string {
  const isOfThreads = table === 'threads';
  const dimensions = isOfThreads ? ['user_claimed'] : DIMENSIONS.split(', ');
  const times = isOfThreads ? { first_ns: 'min(start_ns)', last_ns: 'max(start_ns + duration_ns)' } : {};
  const keys = Object.keys(KEYS[table].columns);
  const by = ['project', ...keys.map((_, at) => `k${at}`), ...dimensions].join(', ');
  const calls = callsFor(table, [...dimensions, `${CALL_MEASURES[measure].sql} AS m_${measure}`]);
  return `INSERT INTO ${table} (${['project', ...keys, ...dimensions, ...Object.keys(times), measure].join(', ')})
     SELECT ${[by, ...Object.values(times), `sum(m_${measure})`].join(', ')} FROM (${calls})
     WHERE (SELECT sum(${measure}) FROM ${table}) = 0 GROUP BY ${by} HAVING sum(m_${measure}) != 0`;
}

/** Adds the claimed calls to separate rows and subtracts them from the rows that included them. */
function splitSql(table: AnyRollup): string {
  const isOfThreads = table === 'threads';
  const dimensions = isOfThreads ? [] : DIMENSIONS_BY_HOUR.split(', ');
  // Subtraction does not change a thread's times, because a minimum and a maximum cannot be subtracted.
  const times = isOfThreads
    ? { first_ns: ['min(start_ns)', '9223372036854775807'], last_ns: ['max(start_ns + duration_ns)', '0'] }
    : {};
  const keys = Object.keys(KEYS[table].columns);
  const by = ['project', ...keys.map((_, at) => `k${at}`), ...dimensions].join(', ');
  const calls = callsFor(table, [...dimensions, MADE], 'user_claimed = 1');
  const sums = [...Object.values(times).map(([made]) => made), ...SUMS];
  const signed = sums.map((_, at) => {
    const neutral = Object.values(times)[at]?.[1] ?? `-m${at}`;
    return `if(is_claimed = 1, m${at}, ${neutral})`;
  });
  return `INSERT INTO ${table} (project, ${[...keys, ...dimensions].join(', ')}, user_claimed, ${[...Object.keys(times), COLUMNS].join(', ')})
     SELECT ${by}, toUInt8(is_claimed), ${signed.join(', ')} FROM (
       SELECT ${by}, ${sums.map((made, at) => `${made} AS m${at}`).join(', ')} FROM (${calls}) GROUP BY ${by}
     ) ARRAY JOIN [0, 1] AS is_claimed WHERE (SELECT count() FROM ${table} WHERE user_claimed = 1) = 0`;
}
