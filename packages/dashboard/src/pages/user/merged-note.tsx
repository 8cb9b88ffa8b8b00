import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { UserDetail } from '../../api/users.ts';
import type { SharedSearch } from '../../url/page-search.ts';

/** Says, where `id` was merged, which user it counts for: the figures are of more than what was asked for. */
export function MergedNote(props: {
  /** As the URL has it. */
  readonly id: string;
  /** As the API answers it; undefined while it is asked. */
  readonly user: UserDetail | undefined;
  /** What the link to the user takes along. */
  readonly search: SharedSearch;
}): ReactElement | null {
  const { id, user, search } = props;
  if (user === undefined || user.id === id) return null;
  return (
    <p className="note">
      <code>{id}</code> counts for{' '}
      <Link to="/user" search={{ ...search, id: user.id }} className="link mono underlined">
        {user.id}
      </Link>
      : the two ids are one user, and the figures are for both.
    </p>
  );
}
