import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, type ReactElement } from 'react';
import { threadsQuery } from '../../api/threads.ts';
import { RangePicker } from '../../range/range-picker.tsx';
import { useRange } from '../../range/use-range.ts';
import { SearchBox } from '../../ui/search-box.tsx';
import { readShared } from '../../url/page-search.ts';
import { rangeQuery } from '../../url/range.ts';
import { ThreadsTable } from './threads-table.tsx';
import { PageTitle } from '../../ui/page-title.tsx';

/** Every conversation, the latest first. */
export function ThreadsPage(): ReactElement {
  const search = useSearch({ from: '/threads' });
  const navigate = useNavigate();
  const { range } = useRange();
  const sort = search.sort ?? 'lastSeen';
  const threads = useInfiniteQuery({
    ...threadsQuery({ ...rangeQuery(range), q: search.q, sort, order: search.order }),
    placeholderData: keepPreviousData,
  });
  const { fetchNextPage, isFetchingNextPage } = threads;
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Threads" />
        <h1>Threads</h1>
        <RangePicker />
      </div>
      <section className="card" aria-label="Threads">
        <div className="toolbar">
          <SearchBox
            label="Search threads by id"
            placeholder="Search threads"
            value={search.q ?? ''}
            onSearch={(text) =>
              void navigate({
                to: '.',
                search: (now) => ({ ...now, q: text === '' ? undefined : text }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        </div>
        <ThreadsTable
          pages={threads.data?.pages}
          error={threads.error}
          onRetry={() => void threads.refetch()}
          hasMore={threads.hasNextPage}
          onMore={onMore}
          stale={threads.isPlaceholderData}
          shared={readShared(search)}
          sorting={{
            sort,
            order: search.order ?? 'desc',
            onSort: (next, order) =>
              void navigate({
                to: '.',
                search: (now) => ({ ...now, sort: next, order }),
                replace: true,
                resetScroll: false,
              }),
          }}
        />
      </section>
    </div>
  );
}
