import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { threadNeighborsQuery } from '../../api/threads.ts';
import { useKeys } from '../../app/use-keys.ts';
import { formatCount } from '../../format/count.ts';
import { Icon } from '../../ui/icon.tsx';
import { useNow } from '../../ui/now.tsx';
import { readShared, readThreadsSearch, type ThreadSearch } from '../../url/page-search.ts';
import { parseSearch } from '../../url/search-codec.ts';
import { threadListRequest } from './thread-list-request.ts';

/** The threads before and after this one in the list one came from, and the way back to it. */
export function ThreadNav(props: {
  readonly search: ThreadSearch;
  readonly userId: string | null;
}): ReactElement {
  const { search, userId } = props;
  const nowMs = useNow();
  const navigate = useNavigate();
  const { data } = useQuery({
    ...threadNeighborsQuery(search.id, threadListRequest(search.list, userId, nowMs)),
    placeholderData: keepPreviousData,
  });
  const list =
    search.list === undefined
      ? { ...readShared(search), ...(userId === null ? {} : { user: userId }) }
      : readThreadsSearch({ ...readShared(search), ...parseSearch(search.list) });
  const go = (id: string | null | undefined): (() => void) | undefined =>
    id === null || id === undefined
      ? undefined
      : () => void navigate({ to: '/thread', search: { ...search, id }, replace: true });
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
      <NeighborLink label="Thread before" hint="[" icon="left" id={data?.previous} search={search} />
      <NeighborLink label="Next thread" hint="]" icon="right" id={data?.next} search={search} />
      {data !== undefined && (
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
  readonly id: string | null | undefined;
  readonly search: ThreadSearch;
}): ReactElement {
  const { label, hint, icon, id, search } = props;
  if (id === null || id === undefined) {
    return (
      <button type="button" className="button quiet icon-only" aria-label={label} disabled>
        <Icon name={icon} />
      </button>
    );
  }
  return (
    <Link
      to="/thread"
      search={{ ...search, id }}
      replace
      className="button quiet icon-only"
      aria-label={`${label}: ${id}`}
      data-tip={`${id} (${hint})`}
    >
      <Icon name={icon} />
    </Link>
  );
}
