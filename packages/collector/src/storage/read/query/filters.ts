import { containsWords, wordsOf } from './folded-text.ts';
import type { Sql } from '../../engine/sql.ts';

/** Everything that calls can be filtered by, and how: the names are parameters of the API and lists of a rule's filter. */
const CALL_FILTERS = {
  model: (values: string) => `model IN ${values}`,
  tag: (values: string) => `hasAny(tags, ${values})`,
  service: (values: string) => `service IN ${values}`,
  provider: (values: string) => `provider IN ${values}`,
  operation: (values: string) => `operation IN ${values}`,
};

export type CallFilterName = keyof typeof CALL_FILTERS;
export const CALL_FILTER_NAMES = Object.keys(CALL_FILTERS) as readonly CallFilterName[];

/** Which calls a figure is about. Several values of one filter mean any of them. */
export type CallFilter = { readonly [Name in CallFilterName]?: readonly string[] };

/** Which users a list is about. */
export interface UserFilter {
  readonly q?: string;
  readonly group?: readonly string[];
  /** Values by the name of the prop. */
  readonly props: ReadonlyMap<string, readonly string[]>;
}

export function hasUserFilter({ q, group, props }: UserFilter): boolean {
  return q !== undefined || group !== undefined || props.size > 0;
}

/** Whether a filter tells calls apart by what a span that is no call has not. */
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

/** Where the JSON of a prop begins in the store (see `encodeProp`); counted from 1. */
export const JSON_TEXT_AT = 21;

/** The JSON texts that a value of a filter may mean: `5` is the text and the number. */
function jsonTexts(values: readonly string[]): string[] {
  return values.flatMap((value) => {
    const text = JSON.stringify(value);
    return /^(true|false|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(value) ? [text, value] : [text];
  });
}

/** How a column is read: of one row, or of all rows of a user together. */
type Read = (column: string) => string;

const OF_A_ROW: Read = (column) => column;
const OF_A_USER: Read = (column) => (column === 'props' ? 'maxMap(props)' : `max(${column})`);

/** Named props are columns; any other is in the map. */
function columnOf(name: string, read: Read, sql: Sql): string {
  if (name === 'name' || name === 'email' || name === 'avatar' || name === 'group')
    return read(`\`${name}\``);
  // The value itself, not the map: to put the maps of a user together takes far longer.
  return read(`props[${sql.text(name)}]`);
}

/** Everything of a user that a search looks into: the id, and the values of all props. */
function textsOf(read: Read): readonly string[] {
  const textOf = (column: string): string => `substring(${column}, ${JSON_TEXT_AT})`;
  const others = `arrayStringConcat(arrayMap(v -> ${textOf('v')}, mapValues(${read('props')})), '\\n')`;
  return ['user_id', ...['name', 'email', '`group`'].map((column) => textOf(read(column))), others];
}

function userConditions(filter: UserFilter, read: Read, sql: Sql): string {
  const conditions: string[] = [];
  if (filter.group !== undefined) {
    conditions.push(
      `substring(${read('`group`')}, ${JSON_TEXT_AT}) IN ${sql.texts(jsonTexts(filter.group))}`,
    );
  }
  for (const [name, values] of filter.props) {
    conditions.push(
      `substring(${columnOf(name, read, sql)}, ${JSON_TEXT_AT}) IN ${sql.texts(jsonTexts(values))}`,
    );
  }
  if (filter.q !== undefined) {
    const words = wordsOf(filter.q).map((word) => sql.text(word));
    conditions.push(containsWords(textsOf(read), words));
  }
  return conditions.join(' AND ');
}

/**
 * A query for the ids of the users that a filter means, `most` of them.
 *
 * What a user is now is known from all of its rows together. A search, which looks into every value, looks at the rows
 * first where it is the only filter: the value that counts is among them. Of several words it looks for the longest there, as the
 * others may stand in other rows of the user.
 */
export function matchingUsers(project: string, filter: UserFilter, sql: Sql, most?: number): string {
  const { q, group, props } = filter;
  const isSearch = q !== undefined && group === undefined && props.size === 0;
  const where = `project = ${sql.text(project)}`;
  const words = isSearch ? wordsOf(q) : [];
  const longest = words.toSorted((one, other) => other.length - one.length).slice(0, 1);
  const limit = most === undefined ? '' : ` LIMIT ${most}`;
  // With one word, a row that has it is nearly always a user that has it: the search may end early.
  const candidates = isSearch
    ? ` AND user_id IN (SELECT user_id FROM profiles WHERE ${where} AND ${containsWords(
        textsOf(OF_A_ROW),
        longest.map((word) => sql.text(word)),
      )}${words.length === 1 ? limit : ''})`
    : '';
  return `SELECT user_id FROM profiles WHERE ${where}${candidates} GROUP BY user_id HAVING ${userConditions(filter, OF_A_USER, sql)}${words.length === 1 ? '' : limit}`;
}

/** A query for the keys, `key`, of the users that a filter means. */
export function matchingUserKeys(project: string, filter: UserFilter, sql: Sql): string {
  // A search looks into the id itself.
  if (filter.q !== undefined) {
    return `SELECT cityHash64(user_id) AS key FROM (${matchingUsers(project, filter, sql)})`;
  }
  // Grouping by eight bytes takes half the time of grouping by texts.
  return `SELECT cityHash64(user_id) AS key FROM profiles WHERE project = ${sql.text(project)}
    GROUP BY key HAVING ${userConditions(filter, OF_A_USER, sql)}`;
}
