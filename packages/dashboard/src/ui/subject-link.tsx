import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { SharedSearch } from '../url/page-search.ts';

/** A link to the page of a user or group, with the name of a user and the id. */
export function SubjectLink(props: {
  readonly of: 'user' | 'group';
  readonly id: string;
  readonly name: string | null;
  readonly shared: SharedSearch;
}): ReactElement {
  const { of, id, name, shared } = props;
  if (of === 'group') {
    return (
      <Link to="/group" search={{ ...shared, group: undefined, id }} className="link subject" dir="auto">
        {id}
      </Link>
    );
  }
  return (
    <>
      <Link to="/user" search={{ ...shared, id }} className="link subject" dir="auto">
        {name ?? id}
      </Link>
      {name !== null && (
        <span className="faint mono subject" dir="auto">
          {id}
        </span>
      )}
    </>
  );
}
