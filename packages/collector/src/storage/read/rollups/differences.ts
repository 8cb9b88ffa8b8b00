import { DAY_OF_CALL, ROLLUP_KEYS, ROLLUP_NAMES } from '../../engine/rollups.ts';
import type { Rollup } from '../../engine/rollups.ts';
import { CALL_MEASURES, CALL_MEASURE_NAMES } from '../../engine/measures.ts';
import type { CallMeasure } from '../../engine/measures.ts';
import type { Parameters, Store } from '../../engine/store.ts';
import type { Cell } from '../../write/columns/column.ts';

export type { Rollup };

/** A sum of a roll-up that differs from the sum of the calls. Decimals and counts are strings. */
export interface Difference {
  readonly table: Rollup;
  readonly project: string;
  /** Days since the epoch; `undefined` for threads, which have no day. */
  readonly day: number | undefined;
  /** Empty for unattributed calls; `undefined` for totals, which have no users. */
  readonly userId: string | undefined;
  /** The other key columns: minute, thread, model… */
  readonly key: string;
  readonly calls: string;
  readonly cost: string;
  readonly tokens: string;
}

/** The part of the store to compare. Default: all. */
export interface CheckRange {
  readonly project?: string;
  /** Only these users. Not for totals, which have no users. */
  readonly userIds?: readonly string[];
  /** Days since the epoch: start (inclusive) and end (exclusive). */
  readonly days?: readonly [from: number, to: number];
}

const RAW = `SELECT project, user_id, start_ns, provider, model, service, operation, scope, tags, user_claimed, thread_id, ${CALL_MEASURE_NAMES.map(
  (name) => `${CALL_MEASURES[name].sql} AS ${madeName(name)}`,
).join(', ')}`;

/** SQL of a row's day, for roll-ups that have one. */
const DAYS: Readonly<Partial<Record<Rollup, string>>> = {
  usage_by_minute: 'intDiv(minute, 86400)',
  usage_day: 'day',
  totals_quarter: 'intDiv(quarter, 86400)',
  totals_by_minute: 'intDiv(minute, 86400)',
};

const DIMENSIONS = ['provider', 'model', 'service', 'operation', 'scope', 'tags', 'user_claimed'];
/** The dimensions that rows of a roll-up have. */
function dimensionsOf(table: Rollup): readonly string[] {
  return table === 'threads' ? ['user_claimed'] : DIMENSIONS;
}

/** Alias of what a call adds to a measure. */
function madeName(measure: CallMeasure): string {
  return `made_${measure}`;
}

/** Alias of the difference of a measure. */
function sumName(measure: CallMeasure): string {
  return `sum_${measure}`;
}

function isOfTotals(table: Rollup): boolean {
  return table === 'totals_quarter' || table === 'totals_by_minute';
}

/** The condition for rows within a range; `day` is the SQL of their day. */
export function conditions(range: CheckRange, day: string | undefined, hasUsers: boolean): string {
  const found = ['1'];
  if (range.project !== undefined) found.push('project = {project:String}');
  if (range.userIds !== undefined && hasUsers) found.push('user_id IN {ids:Array(String)}');
  if (range.days !== undefined && day !== undefined)
    found.push(`${day} >= {from:UInt32} AND ${day} < {to:UInt32}`);
  return found.join(' AND ');
}

export function rangeParameters({ project, userIds, days }: CheckRange): Parameters {
  return {
    ...(project === undefined ? {} : { project }),
    ...(userIds === undefined ? {} : { ids: userIds }),
    ...(days === undefined ? {} : { from: days[0], to: days[1] }),
  };
}

/** Columns of {@link differenceSql}: the keys, then the measures. */
function differenceColumns(table: Rollup): { keys: readonly string[]; sums: readonly string[] } {
  const names = Object.keys(ROLLUP_KEYS[table].columns);
  return {
    keys: ['project', ...names.map((_, at) => `k${at}`), ...dimensionsOf(table).map((_, at) => `d${at}`)],
    sums: CALL_MEASURE_NAMES.map(sumName),
  };
}

/** A query for the rows that calls should produce, and the negated rows of the roll-up. */
function bothSidesSql(table: Rollup, range: CheckRange): string {
  const { columns, calls: isCounted = '1' } = ROLLUP_KEYS[table];
  const names = Object.keys(columns);
  const day = DAYS[table];
  const { keys } = differenceColumns(table);
  const named = (expressions: readonly string[]): string =>
    ['project', ...expressions, ...dimensionsOf(table)]
      .map((expression, at) => (at === 0 ? expression : `${expression} AS ${keys[at]}`))
      .join(', ');
  const ofCalls = conditions(range, day === undefined ? undefined : DAY_OF_CALL, true);
  const raw = ['calls', 'calls_unattributed'].map(
    (each) => `${RAW} FROM ${each} FINAL WHERE ${ofCalls} AND ${isCounted}`,
  );
  // The table is sorted by the hash of the id.
  const byKey =
    table === 'usage_day' && range.userIds !== undefined
      ? ' AND user_key IN (SELECT cityHash64(arrayJoin({ids:Array(String)})))'
      : '';
  const ofRollup = `${conditions(range, day, names.includes('user_id'))}${byKey}`;
  return `SELECT ${named(Object.values(columns))}, ${CALL_MEASURE_NAMES.map(madeName).join(', ')} FROM (${raw.join(' UNION ALL ')})
      UNION ALL
      SELECT ${named(names)}, ${CALL_MEASURE_NAMES.map((name) => `-${name} AS ${madeName(name)}`).join(', ')} FROM ${table} WHERE ${ofRollup}`;
}

/** A query for the rows that must be added to a roll-up to make it equal to the sums of calls. */
function differenceSql(table: Rollup, range: CheckRange): string {
  const { keys, sums } = differenceColumns(table);
  const summed = CALL_MEASURE_NAMES.map((name) => `sum(${madeName(name)}) AS ${sumName(name)}`);
  return `SELECT ${keys.join(', ')}, ${summed.join(', ')}
    FROM (${bothSidesSql(table, range)}) GROUP BY ${keys.join(', ')} HAVING ${sums.map((sum) => `${sum} != 0`).join(' OR ')}`;
}

/** A row that must be added to a roll-up to make it equal to the sums of calls: cells of keys and of measures. */
export interface DifferenceRow {
  readonly keys: Cell[];
  readonly sums: readonly Cell[];
}

/**
 * Rows to add to a roll-up to make it equal to the sums of calls. Sorted, so that the same differences give the same
 * bytes.
 */
export async function readDifferenceRows(
  store: Store,
  table: Rollup,
  range: CheckRange,
): Promise<DifferenceRow[]> {
  const { keys, sums } = differenceColumns(table);
  const rows = await store.query<Record<string, Cell>>(differenceSql(table, range), rangeParameters(range));
  const found = rows.map((row) => ({
    keys: keys.map((name) => row[name] ?? ''),
    sums: sums.map((name) => row[name] ?? 0),
  }));
  const inOrder = found.map((row) => ({ row, text: JSON.stringify(row) }));
  inOrder.sort((a, b) => (a.text < b.text ? -1 : 1));
  return inOrder.map(({ row }) => row);
}

/** Settings for background work: one thread, and spilling to disk. */
export const BACKGROUND_SETTINGS = 'max_threads = 1, max_bytes_before_external_group_by = 200000000';
export const BACKGROUND_QUERY = { maxSeconds: 1800, isBackground: true } as const;

/** Odd weights without a pattern, so that differences of two measures do not cancel out. */
const WEIGHTS = CALL_MEASURE_NAMES.map((_, at) =>
  String(((0x9e3779b97f4a7c15n * BigInt(2 * at + 1)) % 2n ** 64n) | 1n),
);

/**
 * The days on which a roll-up differs from the calls; day 0 for threads, which have no day.
 *
 * Each row contributes the hash of its keys times its figures, modulo 2^64, so the sum of a day is zero if all of its
 * sums are equal. This needs one pass and one number per day, instead of millions of sums in memory.
 */
async function differingDays(store: Store, table: Rollup, range: CheckRange): Promise<number[]> {
  const { keys } = differenceColumns(table);
  const day = {
    usage_day: 'k0',
    usage_by_minute: 'intDiv(k0, 86400)',
    totals_by_minute: 'intDiv(k0, 86400)',
    totals_quarter: 'intDiv(k0, 86400)',
    threads: '0',
  };
  // Decimals are converted to integers of their last digit.
  const whole = CALL_MEASURE_NAMES.map((name) =>
    name === 'cost' ? `toUInt64(reinterpretAsInt128(${madeName(name)}))` : `toUInt64(${madeName(name)})`,
  );
  const figures = whole.map((measure, at) => `${measure} * toUInt64('${WEIGHTS[at]}')`).join(' + ');
  const rows = await store.query<{ readonly day: number | string }>(
    `SELECT day FROM (
       SELECT toUInt32(${day[table]}) AS day, sum(cityHash64(${keys.join(', ')}) * (${figures})) AS f
       FROM (${bothSidesSql(table, range)}) GROUP BY project, day HAVING f != 0 SETTINGS ${BACKGROUND_SETTINGS}
     ) GROUP BY day ORDER BY day`,
    rangeParameters(range),
    BACKGROUND_QUERY,
  );
  return rows.map((row) => Number(row.day));
}

/** The range within which a roll-up differs from the calls; `undefined` if it does not. */
export async function differingRange(
  store: Store,
  table: Rollup,
  range: CheckRange,
): Promise<CheckRange | undefined> {
  const { userIds: _userIds, ...ofAll } = range;
  const own: CheckRange = isOfTotals(table) ? ofAll : range;
  const days = await differingDays(store, table, own);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return table === 'threads' ? own : { ...own, days: [first, last + 1] };
}

/** Maximum number of differences of one roll-up that are reported. */
export const MAX_REPORTED = 1000;

/**
 * Compares roll-ups with the calls, figure by figure, and returns the differences. While spans are being written, a
 * batch may be partly visible; `checkRollups` filters out such differences.
 */
export async function readDifferences(
  store: Store,
  range: CheckRange,
  tables: readonly Rollup[] = ROLLUP_NAMES,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const table of tables) {
    const own = await differingRange(store, table, range);
    if (own === undefined) continue;
    const rows = await store.query<Record<string, string>>(
      `SELECT * FROM (${differenceSql(table, own)} SETTINGS ${BACKGROUND_SETTINGS}) LIMIT ${MAX_REPORTED}`,
      rangeParameters(own),
      BACKGROUND_QUERY,
    );
    for (const row of rows) found.push(differenceOf(table, row));
  }
  return found;
}

function differenceOf(table: Rollup, row: Readonly<Record<string, string>>): Difference {
  const names = Object.keys(ROLLUP_KEYS[table].columns);
  const first = Number(row['k0']);
  return {
    table,
    project: String(row['project']),
    day: table === 'threads' ? undefined : table === 'usage_day' ? first : Math.floor(first / 86_400),
    userId: isOfTotals(table) ? undefined : String(row[`k${names.indexOf('user_id')}`]),
    key: names.map((_, at) => String(row[`k${at}`])).join(' '),
    calls: String(row[sumName('calls')]),
    tokens: String(BigInt(row[sumName('input_tokens')] ?? 0) + BigInt(row[sumName('output_tokens')] ?? 0)),
    cost: String(row[sumName('cost')]),
  };
}

/**
 * The newest day with usage before a day, in one of the tables by user: the other may have lost its rows. `undefined` if there
 * is none. Days since the Unix epoch.
 */
export async function readUsageDayBefore(store: Store, before: number): Promise<number | undefined> {
  const [row] = await store.query<{ newest: number; n: string }>(
    `SELECT max(newest_day) AS newest, count() AS n FROM (
       SELECT toUInt32(max(day)) AS newest_day FROM usage_day WHERE day < {before:UInt64} HAVING count() > 0
       UNION ALL
       SELECT toUInt32(intDiv(max(minute), 86400)) AS newest_day FROM usage_by_minute WHERE intDiv(minute, 86400) < {before:UInt64} HAVING count() > 0
     )`,
    { before },
  );
  return row === undefined || Number(row.n) === 0 ? undefined : row.newest;
}
