import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { plural } from '../../format/count.ts';
import { EmptyList } from '../../list/empty-list.tsx';
import { readShared, type UsersSearch } from '../../url/page-search.ts';

/** Explains why the list is empty and what to do. */
export function EmptyUsersList(props: {
  readonly search: UsersSearch;
  readonly unattributed: number;
}): ReactElement {
  const { search, unattributed } = props;
  return (
    <EmptyList what="users">
      {unattributed > 0 && (
        <Link to="/unattributed" search={readShared(search)} className="link">
          {plural(unattributed, 'call')} of unknown users: see how to name them
        </Link>
      )}
    </EmptyList>
  );
}
