import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { neighborsQuery, type Neighbor } from '../../api/users.ts';
import { useKeys } from '../../app/use-keys.ts';
import { formatCount } from '../../format/count.ts';
import { NeighborLink } from '../../ui/neighbor-link.tsx';
import { useNow } from '../../ui/time/now.tsx';
import { readShared, readUsersSearch } from '../../url/page-search.ts';
import type { UserSearch } from '../../url/page-search.ts';
import { parseSearch } from '../../url/search-codec.ts';
import { staleProps } from '../../ui/stale.ts';
import type { Query } from '../../api/request.ts';
import { readRange } from '../../url/range.ts';
import { scopeQuery } from '../../url/scope.ts';
import { usersRequest } from '../users/users-request.ts';

/** Links to the previous and next user of the list from which the page was opened, and back to the list. */
export function NeighborNav({ search }: { readonly search: UserSearch }): ReactElement {
  const nowMs = useNow();
  const navigate = useNavigate();
  const listSearch = readUsersSearch({ ...readShared(search), ...parseSearch(search.list ?? '') });
  const { data, isPlaceholderData } = useQuery({
    ...neighborsQuery(search.id, listRequest(search, nowMs)),
    placeholderData: keepPreviousData,
  });
  const targetOf = (neighbor: Neighbor | null | undefined) =>
    neighbor === null || neighbor === undefined
      ? undefined
      : {
          name: neighbor.name ?? neighbor.id,
          link: { to: '/user', search: { ...search, id: neighbor.id } } as const,
        };
  const go = (neighbor: Neighbor | null | undefined): (() => void) | undefined => {
    const link = targetOf(neighbor)?.link;
    return link && (() => void navigate({ ...link, replace: true }));
  };
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
      <NeighborLink label="Previous user" hint="[" icon="left" target={targetOf(data?.previous)} />
      <NeighborLink label="Next user" hint="]" icon="right" target={targetOf(data?.next)} />
      {data !== undefined && data.position !== null && data.total !== null && (
        <span {...staleProps(isPlaceholderData, 'faint number')}>
          {formatCount(data.position)} of {formatCount(data.total)}
        </span>
      )}
    </nav>
  );
}

/** The query of the list from which a user's page was opened; by default of all users in the scope of the page. */
function listRequest({ list, ...page }: UserSearch, nowMs: number): Query {
  const search = readUsersSearch(list === undefined ? readShared(page) : parseSearch(list));
  return usersRequest(scopeQuery(search, readRange(search, nowMs)), search, []);
}
