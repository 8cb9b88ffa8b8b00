import type { SearchValue } from './search-codec.ts';

/** What figures can be narrowed by. `prop.KEY` is any property of a user. */
export type FilterName = 'group' | 'model' | 'tag' | 'service' | 'provider' | 'operation' | `prop.${string}`;

/** Filters that tell calls apart; all others tell users apart. */
const callNames: readonly string[] = ['model', 'tag', 'service', 'provider', 'operation'];
/** Names of filters, but for those by a property, whose names are open. */
export const filterNames: readonly string[] = ['group', ...callNames];

/** Filters as they stand in a URL: any of the values of one name, and all of the names. */
export type Filters = { readonly [Name in FilterName]?: SearchValue };

export function isFilterName(name: string): name is FilterName {
  return filterNames.includes(name) || (name.startsWith('prop.') && name.length > 5);
}

/** The filters among everything a URL says. */
export function readFilters(search: Readonly<Record<string, unknown>>): Filters {
  const filters = Object.entries(search).filter(
    ([name, value]) => isFilterName(name) && valuesOf(value).length > 0,
  );
  return Object.fromEntries(filters) as Filters;
}

/** Those of them that tell calls apart. */
export function readCallFilters(search: Readonly<Record<string, unknown>>): Filters {
  return Object.fromEntries(
    Object.entries(readFilters(search)).filter(([name]) => isCallFilter(name)),
  ) as Filters;
}

/** Whether a filter tells calls apart. */
export function isCallFilter(name: string): boolean {
  return callNames.includes(name);
}

/** Whether calls are filtered. */
export function hasCallFilters(search: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(readFilters(search)).some(isCallFilter);
}

/** Whether anything is filtered or searched. */
export function hasFilters(search: Readonly<Record<string, unknown>>): boolean {
  return hasCallFilters(search) || hasUserFilters(search);
}

/** Whether users are filtered or searched. */
export function hasUserFilters(search: Readonly<Record<string, unknown>>): boolean {
  const isOfUsers = (name: string): boolean => !isCallFilter(name);
  return valuesOf(search['q']).length > 0 || Object.keys(readFilters(search)).some(isOfUsers);
}

/** What a URL says, but for filters and the search for users. */
export function withoutFilters<Search extends Readonly<Record<string, unknown>>>(search: Search): Search {
  const left = Object.entries(search).filter(([name]) => name !== 'q' && !isFilterName(name));
  return Object.fromEntries(left) as Search;
}

/** The values of one filter. */
export function valuesOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((text) => typeof text === 'string' && text !== '') as string[];
}

/** The values of a filter with one put in, or taken out where it was in. */
export function toggleValue(values: readonly string[], value: string): readonly string[] | undefined {
  const left = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
  return left.length === 0 ? undefined : left;
}

/** `prop.plan` is "plan" to a reader. */
export function filterLabel(name: FilterName): string {
  return name.startsWith('prop.') ? name.slice(5) : name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** `plan=pro` as a filter: of any property, where it names nothing else that can be filtered by. */
export function typedFilter(text: string): { readonly name: FilterName; readonly value: string } | undefined {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at)).trim();
  const value = text.slice(at + 1).trim();
  if (name === '' || value === '') return undefined;
  return { name: isFilterName(name) ? name : `prop.${name}`, value };
}
