import type { PageWidth } from '../../ui/page-width.ts';
import type { UsersSearch } from '../../url/page-search.ts';
import { sortOf } from './users-request.ts';

/** The columns that can be chosen, in the order they stand. `user` is always there. */
export const columnLabels: Readonly<Record<string, string>> = {
  user: 'User',
  group: 'Group',
  lastSeen: 'Last seen',
  firstSeen: 'First seen',
  trend: '30-day trend',
  calls: 'Calls',
  threads: 'Threads',
  tokens: 'Tokens',
  cached: 'Cached',
  errors: 'Errors',
  cost: 'Cost',
  average: 'Average',
  median: 'Median',
};

export const defaultColumns: readonly string[] = [
  'user',
  'group',
  'lastSeen',
  'firstSeen',
  'trend',
  'calls',
  'tokens',
  'errors',
  'cost',
];

/** Without what there is no room for in a small window. */
const mediumColumns = defaultColumns.filter((id) => id !== 'firstSeen' && id !== 'trend');

/** What fits on a telephone: the user, what the list is sorted by, and the cost. */
function narrowColumns(sort: string): readonly string[] {
  return Array.from(new Set(['user', Object.hasOwn(columnLabels, sort) ? sort : 'calls', 'cost']));
}

/** The columns a URL asks for; `prop.KEY` shows a property. Without any, those that fit. */
export function readColumns(search: UsersSearch, width: PageWidth): readonly string[] {
  const known = (search.columns ?? '')
    .split(',')
    .filter((id) => Object.hasOwn(columnLabels, id) || id.startsWith('prop.'));
  if (known.length === 0) {
    if (width === 'narrow') return narrowColumns(sortOf(search));
    return width === 'medium' ? mediumColumns : defaultColumns;
  }
  return Array.from(new Set(['user', ...known]));
}
