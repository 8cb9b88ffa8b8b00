import { toUnits } from '@userspan/ledger';

import { CHANGES_SUMS } from '../../engine/measures.ts';
import { TOTALS_TABLES, USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { callConditions } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import { isOfSystem } from '../usage/system-services.ts';
import { ofUsers } from '../usage/usage-source.ts';
import { spanParts } from './window-parts.ts';
import type { SpanPart, TimeSpan } from './window-parts.ts';

/** Usage in one window. */
export interface WindowSums {
  readonly calls: bigint;
  readonly priced: bigint;
  readonly errors: bigint;
  readonly tokens: bigint;
  /** Calls whose user is known, or that belong to a system service. */
  readonly attributed: bigint;
  /** In the units of `toUnits`. */
  readonly cost: bigint;
}

export const NO_SUMS: WindowSums = {
  calls: 0n,
  priced: 0n,
  errors: 0n,
  tokens: 0n,
  attributed: 0n,
  cost: 0n,
};

/** How sums are grouped. */
export type SumsBy = 'project' | 'user' | 'model' | 'service' | 'tag';

export type SumName = keyof WindowSums;

/** One window, with a filter for its calls. */
export interface WindowSeries {
  readonly span: TimeSpan;
  readonly filter: CallFilter;
  /** Sums to compute; others are 0. */
  readonly sums: readonly SumName[];
  /** Keys that reach none of these bounds may be left out. Without bounds, every key is returned. */
  readonly bounds?: readonly SeriesBound[];
}

/** The minimum of a sum; `unpriced` means the number of calls without a price. */
export interface SeriesBound {
  readonly sum: SumName | 'unpriced';
  readonly least: number;
}

export interface WindowSumsQuery {
  readonly project: string;
  readonly by: SumsBy;
  /** Only these users. Default: all. */
  readonly userIds?: readonly string[];
  /** Keys that are returned regardless of the bounds. */
  readonly always?: readonly string[];
  readonly series: readonly WindowSeries[];
  /** Sums the claimed calls that `--claimed` shows separately, instead of the counted calls. */
  readonly areClaimed?: boolean;
}

/** Maximum number of windows per query. Each adds a column. */
const MAX_SERIES = 16;
/**
 * The same for queries with few keys. Finding their rows takes longer than summing them, so it is done once for more
 * windows.
 */
const MAX_SERIES_OF_FEW = 128;
/** Maximum number of users listed in a query. */
const MAX_NAMED = 20_000;

const EXPRESSIONS: Readonly<Record<SumName, string>> = {
  calls: 'calls',
  priced: 'priced',
  errors: 'errors',
  tokens: 'input_tokens + output_tokens',
  attributed: 'calls * is_attributed',
  cost: 'cost',
};

/** The SQL by which each kind of subject is grouped. */
export const KEYS: Readonly<Record<SumsBy, string>> = {
  project: "''",
  user: 'user_id',
  model: 'model',
  service: 'service',
  tag: 'arrayJoin(tags)',
};

/**
 * Adds up windows, exactly, from the roll-ups by day and minute, those of projects by quarter of an hour and minute.
 *
 * @returns for each key (user, model…; the empty string for a project) the sums of each series, in their order. A key
 * without any row is absent.
 */
export async function readWindowSums(
  store: Store,
  query: WindowSumsQuery,
): Promise<ReadonlyMap<string, readonly WindowSums[]>> {
  const found = new Map<string, WindowSums[]>();
  const isNamed = query.userIds !== undefined && query.userIds.length <= MAX_NAMED;
  const areFew = isNamed || query.series.every(({ bounds }) => bounds !== undefined);
  const most = areFew ? MAX_SERIES_OF_FEW : MAX_SERIES;
  for (let at = 0; at < query.series.length; at += most) {
    const series = query.series.slice(at, at + most);
    const rows = await readChunk(store, { ...query, series });
    for (const row of rows) {
      let sums = found.get(row['key'] ?? '');
      if (sums === undefined) {
        sums = query.series.map(() => NO_SUMS);
        found.set(row['key'] ?? '', sums);
      }
      for (const [index, each] of series.entries()) sums[at + index] = sumsOf(row, index, each.sums);
    }
  }
  return found;
}

function sumsOf(row: Readonly<Record<string, string>>, index: number, names: readonly SumName[]): WindowSums {
  const sums: { -readonly [name in SumName]: bigint } = { ...NO_SUMS };
  for (const name of names) {
    const text = row[`s${index}_${name}`] ?? '0';
    sums[name] = name === 'cost' ? toUnits(text) : BigInt(text);
  }
  return sums;
}

function readChunk(store: Store, query: WindowSumsQuery): Promise<Readonly<Record<string, string>>[]> {
  const sql = new Sql(store);
  const isOfUsers = query.by === 'user' || query.userIds !== undefined;
  const parts = query.series.map(({ span }) => spanParts(span, isOfUsers ? 'day' : 'quarter'));
  const columns = query.series.flatMap(({ filter, sums }, index) => {
    const condition = all([
      `(${(parts[index] ?? []).map((part) => `unit = '${part.unit}' AND ${inPart('at', part)}`).join(' OR ') || '0'})`,
      ...callConditions(filter, sql),
    ]);
    return sums.map((name) => `sumIf(${EXPRESSIONS[name]}, ${condition}) AS s${index}_${name}`);
  });
  const units = new Set(parts.flat().map(({ unit }) => unit));
  if (units.size === 0 || columns.length === 0) return Promise.resolve([]);
  const sources = [...units].map((unit) => sourceSql(query, unit, parts.flat(), isOfUsers, sql));
  return store.query<Record<string, string>>(
    `SELECT ${KEYS[query.by]} AS key, ${columns.join(', ')} FROM (${sources.join(' UNION ALL ')}) GROUP BY key${havingSql(query, sql)}`,
    sql.parameters,
    { isBackground: true },
  );
}

/** Tolerance for floating-point sums, so that keys near a bound are kept. */
const SLACK = 1 - 1e-9;

/** A condition that removes keys below all bounds, usually nearly all of them, so that few rows are transferred. */
function havingSql({ series, always = [] }: WindowSumsQuery, sql: Sql): string {
  if (always.length > MAX_NAMED || series.some(({ bounds }) => bounds === undefined)) return '';
  const reached = series.flatMap(({ bounds = [] }, index) =>
    bounds.map(({ sum, least }) => {
      const value = sum === 'unpriced' ? `s${index}_calls - s${index}_priced` : `s${index}_${sum}`;
      return `toFloat64(${value}) >= ${least * SLACK}`;
    }),
  );
  const named = always.length === 0 ? [] : [`key IN ${sql.texts(always)}`];
  return ` HAVING ${[...new Set([...reached, ...named])].join(' OR ')}`;
}

/** Condition for a part. Hundreds of numbers computed by this code, so they need no placeholders. */
function inPart(column: string, { from, to }: SpanPart): string {
  return `${column} >= ${from} AND ${column} < ${to}`;
}

function sourceSql(
  { project, userIds, areClaimed = false }: WindowSumsQuery,
  unit: SpanPart['unit'],
  parts: readonly SpanPart[],
  isOfUsers: boolean,
  sql: Sql,
): string {
  const at = unit === 'day' ? 'toUInt32(day) * 86400' : unit;
  const ranges = [...new Set(parts.filter((part) => part.unit === unit).map((part) => inPart(at, part)))];
  const conditions = [
    `project = ${sql.text(project)}`,
    `(${ranges.join(' OR ')})`,
    CHANGES_SUMS,
    areClaimed ? sql.isClaimed : sql.isCounted,
    ...(userIds !== undefined && userIds.length <= MAX_NAMED ? [usersCondition(unit, userIds, sql)] : []),
  ].map((condition) => `(${condition})`);
  const user = isOfUsers
    ? "user_id, user_id != '' AS is_attributed"
    : `(attributed = 1 OR ${isOfSystem(project, sql)}) AS is_attributed`;
  const tables: Readonly<Partial<Record<SpanPart['unit'], string>>> = isOfUsers
    ? USAGE_TABLES
    : TOTALS_TABLES;
  return `SELECT '${unit}' AS unit, ${at} AS at, ${user}, model, service, provider, operation, tags, calls, priced, errors,
      input_tokens, output_tokens, cost FROM ${tables[unit]} WHERE ${all(conditions)}`;
}

/** Condition for users. Only the day table is sorted by the hash of the id. */
function usersCondition(unit: SpanPart['unit'], userIds: readonly string[], sql: Sql): string {
  return unit === 'day' ? ofUsers(userIds, sql) : `user_id IN ${sql.texts(userIds)}`;
}
