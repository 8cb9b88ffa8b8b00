import {
  DIMENSION_KEYS,
  rollup,
  SECOND,
  SMALL_PLACES,
  tableOf,
  TEXT_OF_KEY,
  USER_KEY,
  USER_KEY_WHEN_READ,
} from '../schema.ts';
import type { Table } from '../table.ts';

/** Roll-ups of the first version, replaced by the quarter-hour tables. */
export const HOUR_TABLES: readonly Table[] = [
  {
    ...rollup('usage_hour', { hour: 'UInt32', user_id: TEXT_OF_KEY }, 'cityHash64(project, user_id)'),
    filled: { user_key: USER_KEY_WHEN_READ },
    indexes: ['INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 1'],
  },
  rollup('totals_hour', { hour: 'UInt32', attributed: 'UInt8' }, 'cityHash64(project, hour, model)'),
];

/** Usage of users per quarter of an hour, replaced by the minute table. */
export const FORMER_USAGE_BY_QUARTER: Table = {
  ...rollup('usage_quarter', { quarter: SECOND, user_id: TEXT_OF_KEY }, 'cityHash64(project, user_id)'),
  filled: { user_key: USER_KEY_WHEN_READ },
  indexes: ['INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 1'],
};

/**
 * Roll-ups per minute for calls of the last 65 days, those of users sorted by user. Replaced by tables with all calls.
 */
export const FORMER_MINUTE_TABLES: readonly Table[] = [
  {
    ...rollup('usage_minute', { minute: SECOND, user_id: TEXT_OF_KEY }, 'cityHash64(project, user_id)'),
    filled: { user_key: USER_KEY },
    orderBy: ['project', 'user_key', 'user_id', 'minute', ...DIMENSION_KEYS],
    primaryKey: ['project', 'user_key', 'user_id'],
    settings: SMALL_PLACES,
  },
  rollup('totals_minute', { minute: SECOND, attributed: 'UInt8' }, 'cityHash64(project, minute, model)'),
];

const FORMER_TABLES: readonly Table[] = [...HOUR_TABLES, FORMER_USAGE_BY_QUARTER, ...FORMER_MINUTE_TABLES];

/** Tables that older versions had and this one removes. */
export const FORMER_NAMES: ReadonlySet<string> = new Set(FORMER_TABLES.map(({ name }) => name));

/** Former tables whose rows are now in a table with the same columns. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  usage_minute: 'usage_by_minute',
  totals_minute: 'totals_by_minute',
};

/** The table with that name, of this or an older version. */
export function tableOfAnyVersion(name: string): Table {
  return FORMER_TABLES.find((table) => table.name === name) ?? tableOf(name);
}

const STATEMENT = /^((?:CREATE|ALTER|DROP|TRUNCATE) TABLE (?:IF (?:NOT )?EXISTS )?)(\w+?)(?=(?:_local)?\b)/;

/** The table that a statement creates, changes or drops; `undefined` for other statements. */
function tableOfStatement(sql: string): string | undefined {
  return STATEMENT.exec(sql)?.[2];
}

/** Whether a statement makes, changes or removes a table that only older versions had. */
export function isOfFormerTable(sql: string): boolean {
  return FORMER_NAMES.has(tableOfStatement(sql) ?? '');
}

/**
 * Converts an unfinished deletion of an older version to the table that now has the rows; `undefined` if there is none,
 * because another deletion of the same batch covers them.
 */
export function forCurrentTable(sql: string): string | undefined {
  const table = tableOfStatement(sql);
  // The table of spans may have been copied into one without this column.
  if (table === 'spans') return sql.replace(/\bspan_id\b/, 'id');
  if (table === undefined || !FORMER_NAMES.has(table)) return sql;
  const successor = SUCCESSORS[table];
  return successor === undefined ? undefined : sql.replace(STATEMENT, `$1${successor}`);
}
