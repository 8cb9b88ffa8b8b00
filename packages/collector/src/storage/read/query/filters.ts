import { containsWords, searchText, wordsOf } from './folded-text.ts';
import type { Sql } from '../../engine/sql.ts';
import { NAMED_PROPS } from '../../write/profile-rows.ts';

/** The filters for calls with their SQL. Their names are parameters of the API and fields of a rule's filter. */
const CALL_FILTERS = {
  model: (values: string) => `model IN ${values}`,
  tag: (values: string) => `hasAny(tags, ${values})`,
  service: (values: string) => `service IN ${values}`,
  provider: (values: string) => `provider IN ${values}`,
  operation: (values: string) => `operation IN ${values}`,
};

export type CallFilterName = keyof typeof CALL_FILTERS;
export const CALL_FILTER_NAMES = Object.keys(CALL_FILTERS) as readonly CallFilterName[];

/** Selects calls. A call matches a filter if it has any of its values. */
export type CallFilter = { readonly [Name in CallFilterName]?: readonly string[] };

/** Selects users. */
export interface UserFilter {
  readonly q?: string;
  readonly group?: readonly string[];
  /** Values by the name of the prop. */
  readonly props: ReadonlyMap<string, readonly string[]>;
}

export function hasUserFilter({ q, group, props }: UserFilter): boolean {
  return q !== undefined || group !== undefined || props.size > 0;
}

/** Whether a filter uses properties that only calls have, and not every span. */
export function namesCalls({ model, provider, operation, tag }: CallFilter): boolean {
  return model !== undefined || provider !== undefined || operation !== undefined || tag !== undefined;
}

/** Conditions on the dimensions that roll-ups and calls share. */
export function callConditions(filter: CallFilter, sql: Sql): string[] {
  return CALL_FILTER_NAMES.flatMap((name) => {
    const list = filter[name];
    return list === undefined ? [] : [CALL_FILTERS[name](sql.texts(list))];
  });
}

/** Position, from 1, of the JSON in a stored prop (see `encodeProp`). */
export const JSON_TEXT_AT = 21;

/** The JSON values that a filter value may mean: `5` is the string and the number. */
function jsonTexts(values: readonly string[]): string[] {
  return values.flatMap((value) => {
    const text = JSON.stringify(value);
    return /^(true|false|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(value) ? [text, value] : [text];
  });
}

/** Whether a filter reads a property with a column of its own, such as the name. */
export function readsNamedProps({ props }: UserFilter): boolean {
  return [...props.keys()].some(hasColumn);
}

/** The condition that a group or a prop, as JSON, has one of these values. */
export function valueCondition(values: readonly string[], json: string, sql: Sql): string {
  return `${json} IN ${sql.texts(jsonTexts(values))}`;
}

/** Whether a prop has a column in the table of profiles. All others are in a map. */
function hasColumn(name: string): boolean {
  return (NAMED_PROPS as readonly string[]).includes(name);
}

/** Returns the SQL of a column: of one row, or merged over all rows of a user. */
type Read = (column: string) => string;

const OF_A_ROW: Read = (column) => column;
const OF_A_USER: Read = (column) => (column === 'props' ? 'maxMap(props)' : `max(${column})`);

/** The SQL of a prop. */
function columnOf(name: string, read: Read, sql: Sql): string {
  if (hasColumn(name)) return read(`\`${name}\``);
  // Merges only this value, because merging the maps of a user takes much longer.
  return read(`props[${sql.text(name)}]`);
}

/** The SQL of everything that a search reads: the id and the values of all props. */
function textsOf(read: Read): readonly string[] {
  const textOf = (column: string): string => `substring(${column}, ${JSON_TEXT_AT})`;
  const others = `arrayStringConcat(arrayMap(v -> ${textOf('v')}, mapValues(${read('props')})), '\\n')`;
  return ['user_id', ...['name', 'email', '`group`'].map((column) => textOf(read(column))), others];
}

/** SQL of the text of a user, merged from all of its rows, in which a search looks for words. */
export function searchTextOfUser(): string {
  return searchText(textsOf(OF_A_USER));
}

function userConditions(filter: UserFilter, read: Read, sql: Sql): string {
  const conditions: string[] = [];
  if (filter.group !== undefined) {
    const json = `substring(${read('`group`')}, ${JSON_TEXT_AT})`;
    conditions.push(valueCondition(filter.group, json, sql));
  }
  for (const [name, values] of filter.props) {
    const json = `substring(${columnOf(name, read, sql)}, ${JSON_TEXT_AT})`;
    conditions.push(valueCondition(values, json, sql));
  }
  if (filter.q !== undefined) {
    const words = wordsOf(filter.q).map((word) => sql.text(word));
    conditions.push(containsWords(textsOf(read), words));
  }
  return conditions.join(' AND ');
}

/**
 * A query for the ids of at most `most` users that match a filter.
 *
 * The current state of a user results from merging all of its rows. A search reads every value, so if it is the only
 * filter, the query first selects candidates from unmerged rows, which include the current values. For several words it
 * selects by the longest one, because the others may be in other rows of the user.
 *
 * @param among - A query for ids that include those of all matching users.
 */
export function matchingUsers(
  project: string,
  filter: UserFilter,
  sql: Sql,
  most?: number,
  among?: string,
): string {
  const { q, group, props } = filter;
  const isSearch = q !== undefined && group === undefined && props.size === 0;
  const where = `project = ${sql.text(project)}`;
  const words = isSearch ? wordsOf(q) : [];
  const longest = words.toSorted((one, other) => other.length - one.length).slice(0, 1);
  const limit = most === undefined ? '' : ` LIMIT ${most}`;
  // With one word, nearly every matching row is a matching user, so the search may stop early.
  const candidates = isSearch
    ? ` AND user_id IN (SELECT user_id FROM profiles WHERE ${where} AND ${containsWords(
        textsOf(OF_A_ROW),
        longest.map((word) => sql.text(word)),
      )}${words.length === 1 ? limit : ''})`
    : among === undefined
      ? ''
      : ` AND user_id IN (${among})`;
  return `SELECT user_id FROM profiles WHERE ${where}${candidates} GROUP BY user_id HAVING ${userConditions(filter, OF_A_USER, sql)}${words.length === 1 ? '' : limit}`;
}

/** A query for the keys (`key`) of the users that match a filter. */
export function matchingUserKeys(project: string, filter: UserFilter, sql: Sql): string {
  // A search also reads the id.
  if (filter.q !== undefined) {
    return `SELECT cityHash64(user_id) AS key FROM (${matchingUsers(project, filter, sql)})`;
  }
  // Grouping by eight bytes takes half the time of grouping by strings.
  return `SELECT cityHash64(user_id) AS key FROM profiles WHERE project = ${sql.text(project)}
    GROUP BY key HAVING ${userConditions(filter, OF_A_USER, sql)}`;
}
