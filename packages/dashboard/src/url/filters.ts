import { everyValue, type ListFilter } from '../api/answer.ts';
import type { SearchValue } from './search-codec.ts';

/** All filters of the API except those on properties of users, whose names are arbitrary. */
export const filterNames = everyValue<ListFilter<'listUsers'>>()([
  'group',
  'model',
  'tag',
  'service',
  'provider',
  'operation',
]);

/** The name of a filter. `prop.KEY` is any property of a user. */
export type FilterName = (typeof filterNames)[number] | `prop.${string}`;

/** The filters of a URL. For each name, a row must match one of the values. */
export type Filters = { readonly [Name in FilterName]?: SearchValue };

export function isFilterName(name: string): name is FilterName {
  return isListed(name) || (name.startsWith('prop.') && name.length > 5);
}

/** The filters among the parameters of a URL. */
export function readFilters(search: Readonly<Record<string, unknown>>): Filters {
  const filters = Object.entries(search).filter(
    ([name, value]) => isFilterName(name) && valuesOf(value).length > 0,
  );
  return Object.fromEntries(filters) as Filters;
}

/** The filters on calls among the parameters of a URL. */
export function readCallFilters(search: Readonly<Record<string, unknown>>): Filters {
  return Object.fromEntries(
    Object.entries(readFilters(search)).filter(([name]) => isCallFilter(name)),
  ) as Filters;
}

/** Whether a filter applies to calls; `group` and properties apply to users. */
export function isCallFilter(name: string): boolean {
  return isListed(name) && name !== 'group';
}

function isListed(name: string): name is (typeof filterNames)[number] {
  return filterNames.some((known) => known === name);
}

/** Whether calls are filtered. */
export function hasCallFilters(search: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(readFilters(search)).some(isCallFilter);
}

/** Whether there are filters or a search. */
export function hasFilters(search: Readonly<Record<string, unknown>>): boolean {
  return hasCallFilters(search) || hasUserFilters(search);
}

/** Whether there are filters on users or a search. */
export function hasUserFilters(search: Readonly<Record<string, unknown>>): boolean {
  const isOfUsers = (name: string): boolean => !isCallFilter(name);
  return valuesOf(search['q']).length > 0 || Object.keys(readFilters(search)).some(isOfUsers);
}

/** Returns the parameters without filters and search. */
export function withoutFilters<Search extends Readonly<Record<string, unknown>>>(search: Search): Search {
  const left = Object.entries(search).filter(([name]) => name !== 'q' && !isFilterName(name));
  return Object.fromEntries(left) as Search;
}

/** The values of one filter. */
export function valuesOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((text) => typeof text === 'string' && text !== '') as string[];
}

/** Adds a value to a filter, or removes it if the filter has it. */
export function toggleValue(values: readonly string[], value: string): readonly string[] | undefined {
  const left = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
  return left.length === 0 ? undefined : left;
}

/** The label of a filter: "plan" for `prop.plan`. */
export function filterLabel(name: FilterName): string {
  return name.startsWith('prop.') ? name.slice(5) : name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** Parses `plan=pro` as a filter. An unknown name means a property. */
export function typedFilter(text: string): { readonly name: FilterName; readonly value: string } | undefined {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at)).trim();
  const value = text.slice(at + 1).trim();
  if (name === '' || value === '') return undefined;
  return { name: isFilterName(name) ? name : `prop.${name}`, value };
}
