import type { SharedSearch } from './page-search.ts';
import { stringifySearch } from './search-codec.ts';

/** Pages about one thing, which another project does not have. */
const aboutOne: ReadonlySet<string> = new Set([
  '/user',
  '/group',
  '/feature',
  '/thread',
  '/call',
  '/projects',
]);

/**
 * The address of a page in another project: the same page, range and currency. Filters are left out, since their values
 * are those of one project.
 */
export function projectUrl(project: string, shared: SharedSearch, pathname = '/'): string {
  const { range, from, to, currency } = shared;
  const path = aboutOne.has(pathname) ? '/' : pathname;
  return `${path}${stringifySearch({ project, range, from, to, currency })}`;
}
