import { MINUTE_HORIZON } from './schema.ts';

const DIMENSIONS = 'provider, model, service, operation, scope, tags';
const MEASURES = `toInt64(count()), toInt64(countIf(cost IS NOT NULL)), toInt64(countIf(error != '')), toInt64(sum(user_claimed)),
  sum(input_tokens), sum(output_tokens), sum(cached_tokens), sum(reasoning_tokens), sum(intDiv(duration_ns, 1000)),
  sum(ifNull(cost, toDecimal128(0, 18)))`;
const COLUMNS =
  'calls, priced, errors, claimed, input_tokens, output_tokens, cached_tokens, reasoning_tokens, duration_us, cost';

/** Start of the minute of a call, in seconds; the largest that the column holds for a time that is beyond it. */
export const MINUTE_OF_CALL = 'toUInt32(least(intDiv(start_ns, 60000000000) * 60, 4294967280))';

/** Whether a call is kept by the minute. The same rule as `isKeptByMinute`. */
export const IS_KEPT_BY_MINUTE: string = `(intDiv(start_ns, 1000000000) >= toInt64(received) - ${MINUTE_HORIZON.pastSeconds} AND intDiv(start_ns, 1000000000) <= toInt64(received) + ${MINUTE_HORIZON.futureSeconds})`;

/**
 * Statements that fill the tables by the minute from the calls that a store of an older version has.
 *
 * Each does nothing where its table has rows, so it can be repeated. What a crash in the middle leaves missing,
 * `userspan doctor` finds and repairs.
 */
export function fillMinuteTables(): readonly string[] {
  const calls = (columns: string): string =>
    ['calls', 'calls_unattributed']
      .map((table) => `SELECT ${columns} FROM ${table} FINAL WHERE ${IS_KEPT_BY_MINUTE}`)
      .join(' UNION ALL ');
  const raw = calls(
    `project, user_id, ${MINUTE_OF_CALL} AS minute, ${DIMENSIONS}, cost, error, user_claimed, input_tokens, output_tokens, cached_tokens, reasoning_tokens, duration_ns`,
  );
  return [
    `INSERT INTO usage_minute (project, minute, user_id, ${DIMENSIONS}, ${COLUMNS})
     SELECT project, minute, user_id, ${DIMENSIONS}, ${MEASURES} FROM (${raw})
     WHERE (SELECT count() FROM usage_minute) = 0 GROUP BY project, minute, user_id, ${DIMENSIONS}`,
    `INSERT INTO totals_minute (project, minute, attributed, ${DIMENSIONS}, ${COLUMNS})
     SELECT project, minute, toUInt8(user_id != '') AS attributed, ${DIMENSIONS}, ${MEASURES} FROM (${raw})
     WHERE (SELECT count() FROM totals_minute) = 0 GROUP BY project, minute, attributed, ${DIMENSIONS}`,
  ];
}

/** Start of the quarter of an hour of a call, in seconds; the last that the column holds for a time beyond it. */
export const QUARTER_OF_CALL = 'toUInt32(least(intDiv(start_ns, 900000000000) * 900, 4294966500))';

/**
 * Statements that fill the tables by the quarter of an hour: from the calls, and, for users who were seen without a
 * call, from the tables by the hour. Those are emptied then; a write batch of the older version may still name them.
 *
 * Can be repeated, like {@link fillMinuteTables}.
 */
export function fillQuarterTables(emptied: readonly string[]): readonly string[] {
  const calls = ['calls', 'calls_unattributed']
    .map(
      (table) =>
        `SELECT project, user_id, ${QUARTER_OF_CALL} AS quarter, ${DIMENSIONS}, cost, error, user_claimed, input_tokens, output_tokens, cached_tokens, reasoning_tokens, duration_ns FROM ${table} FINAL`,
    )
    .join(' UNION ALL ');
  return [
    `INSERT INTO usage_quarter (project, quarter, user_id, ${DIMENSIONS}, ${COLUMNS})
     SELECT project, quarter, user_id, ${DIMENSIONS}, ${MEASURES} FROM (${calls})
     WHERE (SELECT count() FROM usage_quarter) = 0 GROUP BY project, quarter, user_id, ${DIMENSIONS}`,
    `INSERT INTO usage_quarter (project, quarter, user_id, ${DIMENSIONS}, seen)
     SELECT project, hour, user_id, ${DIMENSIONS}, sum(seen) FROM usage_hour
     WHERE (SELECT sum(seen) FROM usage_quarter) = 0 GROUP BY project, hour, user_id, ${DIMENSIONS} HAVING sum(seen) != 0`,
    `INSERT INTO totals_quarter (project, quarter, attributed, ${DIMENSIONS}, ${COLUMNS})
     SELECT project, quarter, toUInt8(user_id != '') AS attributed, ${DIMENSIONS}, ${MEASURES} FROM (${calls})
     WHERE (SELECT count() FROM totals_quarter) = 0 GROUP BY project, quarter, attributed, ${DIMENSIONS}`,
    ...emptied,
  ];
}
