import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { neighborsQuery, type Neighbor } from '../../api/users.ts';
import { useKeys } from '../../app/use-keys.ts';
import { formatCount } from '../../format/count.ts';
import { Icon } from '../../ui/icon.tsx';
import { useNow } from '../../ui/now.tsx';
import { readShared, readUsersSearch, type UserSearch } from '../../url/page-search.ts';
import { parseSearch } from '../../url/search-codec.ts';
import { listRequest } from './list-request.ts';

/** The users before and after this one in the list one came from, and the way back to it. */
export function NeighborNav({ search }: { readonly search: UserSearch }): ReactElement {
  const nowMs = useNow();
  const navigate = useNavigate();
  const { data } = useQuery({
    ...neighborsQuery(search.id, listRequest(search.list, nowMs)),
    placeholderData: keepPreviousData,
  });
  const listSearch = readUsersSearch({ ...readShared(search), ...parseSearch(search.list ?? '') });
  const go = (neighbor: Neighbor | null | undefined): (() => void) | undefined =>
    neighbor === null || neighbor === undefined
      ? undefined
      : () => void navigate({ to: '/user', search: { ...search, id: neighbor.id }, replace: true });
  useKeys({
    '[': go(data?.previous),
    ']': go(data?.next),
    u: () => void navigate({ to: '/', search: listSearch }),
  });
  return (
    <nav className="row neighbors" aria-label="Neighbours in the list">
      <Link to="/" search={listSearch} className="button quiet" data-tip="Back to the list (u)">
        Users
      </Link>
      <NeighborLink label="User before" hint="[" icon="left" neighbor={data?.previous} search={search} />
      <NeighborLink label="Next user" hint="]" icon="right" neighbor={data?.next} search={search} />
      {data !== undefined && data.position !== null && (
        <span className="faint number">
          {formatCount(data.position)} of {formatCount(data.total)}
        </span>
      )}
    </nav>
  );
}

function NeighborLink(props: {
  readonly label: string;
  readonly hint: string;
  readonly icon: 'left' | 'right';
  readonly neighbor: Neighbor | null | undefined;
  readonly search: UserSearch;
}): ReactElement {
  const { label, hint, icon, neighbor, search } = props;
  if (neighbor === null || neighbor === undefined) {
    return (
      <button type="button" className="button quiet icon-only" aria-label={label} disabled>
        <Icon name={icon} />
      </button>
    );
  }
  return (
    <Link
      to="/user"
      search={{ ...search, id: neighbor.id }}
      replace
      className="button quiet icon-only"
      aria-label={`${label}: ${neighbor.name ?? neighbor.id}`}
      data-tip={`${neighbor.name ?? neighbor.id} (${hint})`}
    >
      <Icon name={icon} />
    </Link>
  );
}
