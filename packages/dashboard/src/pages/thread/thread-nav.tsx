import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { threadNeighborsQuery } from '../../api/threads.ts';
import { useKeys } from '../../app/use-keys.ts';
import { formatCount } from '../../format/count.ts';
import { NeighborLink } from '../../ui/neighbor-link.tsx';
import { useNow } from '../../ui/time/now.tsx';
import { readPageSearch, readShared, type ThreadSearch } from '../../url/page-search.ts';
import { parseSearch } from '../../url/search-codec.ts';
import { threadListRequest } from './thread-list-request.ts';
import { staleProps } from '../../ui/stale.ts';

/** Links to the previous and next thread of the list from which the thread was opened, and back to the list. */
export function ThreadNav(props: {
  readonly search: ThreadSearch;
  readonly userId: string | null;
}): ReactElement {
  const { search, userId } = props;
  const nowMs = useNow();
  const navigate = useNavigate();
  const { data, isPlaceholderData } = useQuery({
    ...threadNeighborsQuery(search.id, threadListRequest(search.list, userId, nowMs)),
    placeholderData: keepPreviousData,
  });
  const list =
    search.list === undefined
      ? { ...readShared(search), ...(userId === null ? {} : { user: userId }) }
      : readPageSearch('/threads', { ...readShared(search), ...parseSearch(search.list) });
  const targetOf = (id: string | null | undefined) =>
    id === null || id === undefined
      ? undefined
      : { name: id, link: { to: '/thread', search: { ...search, id } } as const };
  const go = (id: string | null | undefined): (() => void) | undefined => {
    const link = targetOf(id)?.link;
    return link && (() => void navigate({ ...link, replace: true }));
  };
  useKeys({
    '[': go(data?.previous),
    ']': go(data?.next),
    u: () => void navigate({ to: '/threads', search: list }),
  });
  return (
    <nav className="row neighbors" aria-label="Neighbours in the list">
      <Link to="/threads" search={list} className="button quiet" data-tip="Back to the list (u)">
        {search.list === undefined && userId !== null ? 'Threads of the user' : 'Threads'}
      </Link>
      <NeighborLink label="Previous thread" hint="[" icon="left" target={targetOf(data?.previous)} />
      <NeighborLink label="Next thread" hint="]" icon="right" target={targetOf(data?.next)} />
      {data !== undefined && data.position !== null && data.total !== null && (
        <span {...staleProps(isPlaceholderData, 'faint number')}>
          {formatCount(data.position)} of {formatCount(data.total)}
        </span>
      )}
    </nav>
  );
}
