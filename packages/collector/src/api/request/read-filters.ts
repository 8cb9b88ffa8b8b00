import { CALL_FILTER_NAMES } from '../../storage/read/query/filters.ts';
import type { CallFilter, UserFilter } from '../../storage/read/query/filters.ts';
import { Problem } from '../response/problem.ts';

/** The query of a request, after its schema was checked. */
export type Query = Readonly<Record<string, unknown>>;

const MAX_VALUES = 100;
const MAX_PROPS = 20;
const MAX_LENGTH = 1024;

function listOf(query: Query, name: string): readonly string[] | undefined {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  if (value === undefined) return undefined;
  const list = (Array.isArray(value) ? value : [value]).map(String);
  if (list.length > MAX_VALUES) throw new Problem(400, `${name} has more than ${MAX_VALUES} values.`);
  if (list.some((item) => item.length > MAX_LENGTH)) {
    throw new Problem(400, `A value of ${name} is longer than ${MAX_LENGTH} characters.`);
  }
  return list;
}

export function readCallFilter(query: Query): CallFilter {
  const filter: Record<string, readonly string[]> = {};
  for (const name of CALL_FILTER_NAMES) {
    const list = listOf(query, name);
    if (list !== undefined) filter[name] = list;
  }
  return filter;
}

export function readUserFilter(query: Query): UserFilter {
  const props = new Map<string, readonly string[]>();
  for (const name of Object.keys(query)) {
    if (!name.startsWith('prop.')) continue;
    if (props.size >= MAX_PROPS)
      throw new Problem(400, `There are more than ${MAX_PROPS} filters by property.`);
    props.set(name.slice('prop.'.length), listOf(query, name) ?? []);
  }
  const q = listOf(query, 'q')?.[0];
  const group = listOf(query, 'group');
  return {
    props,
    ...(q === undefined || q === '' ? {} : { q }),
    ...(group === undefined ? {} : { group }),
  };
}
