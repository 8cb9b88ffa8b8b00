import type { SharedSearch } from './page-search.ts';
import { stringifySearch } from './search-codec.ts';

/** Pages about one object, which does not exist in another project. */
const aboutOne: ReadonlySet<string> = new Set([
  '/user',
  '/group',
  '/feature',
  '/thread',
  '/call',
  '/projects',
]);

/**
 * Returns the URL of the same page in another project, with the same range and currency. Filters are omitted, because
 * their values belong to one project.
 */
export function projectUrl(project: string, shared: SharedSearch, pathname = '/'): string {
  const { range, from, to, currency } = shared;
  const path = aboutOne.has(pathname) ? '/' : pathname;
  return `${path}${stringifySearch({ project, range, from, to, currency })}`;
}
