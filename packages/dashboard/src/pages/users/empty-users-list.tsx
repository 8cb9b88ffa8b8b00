import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { plural } from '../../format/count.ts';
import { readFilters, withoutFilters } from '../../url/filters.ts';
import { readShared, type UsersSearch } from '../../url/page-search.ts';

/** Why the list is empty, and what to do about it. */
export function EmptyUsersList(props: {
  readonly search: UsersSearch;
  readonly unattributed: number;
}): ReactElement {
  const { search, unattributed } = props;
  const narrowed = search.q !== undefined || Object.keys(readFilters(search)).length > 0;
  return (
    <div className="nothing">
      <strong>{narrowed ? 'No user matches.' : 'There were no calls in this range.'}</strong>
      {narrowed ? (
        <Link to="/" search={withoutFilters(search)} className="link">
          Clear search and filters
        </Link>
      ) : unattributed > 0 ? (
        <Link to="/unattributed" search={readShared(search)} className="link">
          {plural(unattributed, 'call')} of unknown users: see how to name them
        </Link>
      ) : (
        <Link to="/" search={{ range: 'all' }} className="link">
          Show all time
        </Link>
      )}
    </div>
  );
}
