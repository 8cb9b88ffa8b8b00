import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { UserDetail } from '../../api/users.ts';
import type { SharedSearch } from '../../url/page-search.ts';

/** If `id` was merged, says for which user it counts, because the figures include that user's other ids. */
export function MergedNote(props: {
  /** The id in the URL. */
  readonly id: string;
  /** The answer of the API; undefined until it arrives. */
  readonly user: UserDetail | undefined;
  /** Parameters of the URL that the link to the user keeps. */
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
