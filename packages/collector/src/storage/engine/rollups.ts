import { CALL_MEASURES, CALL_MEASURE_NAMES } from './measures.ts';

/** Tables with sums of calls. */
export const ROLLUP_NAMES = [
  'usage_by_minute',
  'usage_day',
  'totals_by_minute',
  'totals_quarter',
  'threads',
] as const;

/** A table with sums of calls. */
export type Rollup = (typeof ROLLUP_NAMES)[number];

/** The dimensions of every roll-up except that of threads. */
export const CALL_DIMENSIONS = 'provider, model, service, operation, scope, tags, user_claimed';

/** Start of the minute of a call, in seconds. A later time than the column can represent becomes its maximum. */
export const MINUTE_OF_CALL = 'toUInt32(least(intDiv(start_ns, 60000000000) * 60, 4294967280))';

/**
 * Start of the quarter of an hour of a call, in seconds. A later time than the column can represent becomes its
 * maximum.
 */
export const QUARTER_OF_CALL = 'toUInt32(least(intDiv(start_ns, 900000000000) * 900, 4294966500))';

/** The day of a call, in days since the epoch. A later time than the column can represent becomes its maximum. */
export const DAY_OF_CALL: string = `toUInt16(least(intDiv(${QUARTER_OF_CALL}, 86400), 65535))`;

/** The key columns of a roll-up besides project and dimensions. */
export interface RollupKeys {
  /** Key columns, with their SQL over a call. */
  readonly columns: Readonly<Record<string, string>>;
  /** Condition of the calls that it includes, if not all. */
  readonly calls?: string;
}

export const BY_USER = { user_id: 'user_id' } as const;
export const BY_ATTRIBUTED = { attributed: "toUInt8(user_id != '')" } as const;

export const ROLLUP_KEYS: Readonly<Record<Rollup, RollupKeys>> = {
  usage_by_minute: { columns: { minute: MINUTE_OF_CALL, ...BY_USER } },
  usage_day: { columns: { day: DAY_OF_CALL, ...BY_USER } },
  totals_by_minute: { columns: { minute: MINUTE_OF_CALL, ...BY_ATTRIBUTED } },
  totals_quarter: { columns: { quarter: QUARTER_OF_CALL, ...BY_ATTRIBUTED } },
  threads: { columns: { ...BY_USER, thread_id: 'thread_id' }, calls: "thread_id != ''" },
};

/** Number of the migration that uses {@link fillMinuteTables}. It fills the measures that existed before it. */
export const MINUTE_TABLES_SINCE = 11;

/**
 * Statements that fill the minute tables in a store that has calls and no such tables: from the calls and, for users
 * who were seen without a call, from the quarter-hour table. They insert one row per call, so that a large store is
 * read as a stream; the engine adds the rows up when it merges.
 *
 * Each does nothing if its table has rows.
 */
export function fillMinuteTables(): readonly string[] {
  const measures = CALL_MEASURE_NAMES.filter((name) => {
    const measure = CALL_MEASURES[name];
    return !('since' in measure) || measure.since < MINUTE_TABLES_SINCE;
  });
  const made = measures.map((name) => `${CALL_MEASURES[name].sql} AS m_${name}`).join(', ');
  const fill = (table: Rollup): string => {
    const { columns } = ROLLUP_KEYS[table];
    const keys = Object.values(columns).join(', ');
    const rows = ['calls', 'calls_unattributed'].map(
      (calls) =>
        `SELECT project, ${keys}, ${CALL_DIMENSIONS}, ${made} FROM ${calls} FINAL WHERE (SELECT count() FROM ${table}) = 0`,
    );
    return `INSERT INTO ${table} (project, ${Object.keys(columns).join(', ')}, ${CALL_DIMENSIONS}, ${measures.join(', ')})
     ${rows.join(' UNION ALL ')}`;
  };
  return [
    fill('usage_by_minute'),
    `INSERT INTO usage_by_minute (project, minute, user_id, ${CALL_DIMENSIONS}, seen)
     SELECT project, quarter, user_id, ${CALL_DIMENSIONS}, seen FROM usage_quarter
     WHERE seen != 0 AND (SELECT sum(seen) FROM usage_by_minute) = 0`,
    fill('totals_by_minute'),
  ];
}
