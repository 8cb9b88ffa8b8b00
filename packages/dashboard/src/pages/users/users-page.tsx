import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useState, type ReactElement } from 'react';
import { apiPath } from '../../api/request.ts';
import { useMainScroll } from '../../app/main-scroll.ts';
import { summaryQuery } from '../../api/summary.ts';
import { usersQuery, type UserRow } from '../../api/users.ts';
import { RangePicker } from '../../range/range-picker.tsx';
import { useRange } from '../../range/use-range.ts';
import { DataTable } from '../../table/data-table.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { usePageWidth } from '../../ui/use-page-width.ts';
import { hasUserFilters } from '../../url/filters.ts';
import { listOf, readShared, type UserSort } from '../../url/page-search.ts';
import { SampleNotice } from './sample-notice.tsx';
import { UnattributedRow } from './unattributed-row.tsx';
import { readColumns } from './column-choice.ts';
import { userColumns } from './user-columns.tsx';
import { UsersChart } from './users-chart.tsx';
import { UsersNothing } from './users-nothing.tsx';
import { figuresRequest, orderOf, sortOf, usersRequest } from './users-request.ts';
import { UsersStrip } from './users-strip.tsx';
import { UsersToolbar } from './users-toolbar.tsx';
import { useSteadyRows } from './use-steady-rows.ts';
import './users.css';
import { PageTitle } from '../../ui/page-title.tsx';

const FirstSpan = lazy(() =>
  import('../connect/first-span.tsx').then(({ FirstSpan: component }) => ({ default: component })),
);
const UserPeek = lazy(() =>
  import('./user-peek.tsx').then(({ UserPeek: component }) => ({ default: component })),
);

/** Below this scroll position the list is being read: rows must not change places there. */
const readingPx = 320;

/** The landing page: who costs what. */
export function UsersPage(): ReactElement {
  const search = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const width = usePageWidth();
  const { range } = useRange();
  const columns = useMemo(() => readColumns(search, width), [search, width]);
  const request = usersRequest(search, range, columns);
  // The list is what one came for: it is asked for first.
  const users = useInfiniteQuery({ ...usersQuery(request), placeholderData: keepPreviousData });
  const summary = useQuery({
    ...summaryQuery(figuresRequest(search, range)),
    placeholderData: keepPreviousData,
  });
  const pages = users.data?.pages;
  const loaded = useMemo(() => pages?.flatMap((page) => page.data), [pages]);
  const scroll = useMainScroll();
  const [sortedAt, setSortedAt] = useState(0);
  const isReading = (scroll?.scrollTop ?? 0) > readingPx;
  const { rows, moved } = useSteadyRows(loaded, `${sortedAt} ${JSON.stringify(request)}`, isReading);
  // The first page has them; null on further ones.
  const total = pages?.[0]?.total ?? undefined;
  const totals = pages?.[0]?.totals ?? undefined;
  const shared = readShared(search);
  const definitions = useMemo(
    () => userColumns(columns, { search, total, totals }),
    [columns, search, total, totals],
  );
  const { fetchNextPage, isFetchingNextPage } = users;
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const peek = (row: UserRow): void => {
    void navigate({
      search: (now) => ({ ...now, open: search.open === row.id ? undefined : row.id }),
      replace: true,
      resetScroll: false,
    });
  };
  if (summary.data?.empty === true) {
    return (
      <Suspense>
        <FirstSpan />
      </Suspense>
    );
  }
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Users" />
        <h1>Users</h1>
        <RangePicker />
      </div>
      {summary.data?.sample === true && <SampleNotice />}
      {summary.isError && (
        <FailureNotice what="The summary" error={summary.error} onRetry={() => void summary.refetch()} />
      )}
      <UsersStrip summary={summary.data} shared={shared} isOfUsers={hasUserFilters(search)} />
      <UsersChart search={search} />
      <section className="card users-card" aria-label="Users">
        <UsersToolbar search={search} columns={columns} total={total} csvPath={apiPath(['users'], request)} />
        {users.isError ? (
          <div className="card-body">
            <FailureNotice
              what="The list of users"
              error={users.error}
              onRetry={() => void users.refetch()}
            />
          </div>
        ) : (
          <DataTable
            label="Users"
            columns={definitions}
            rows={rows}
            rowId={(row) => row.id}
            total={total}
            sorting={{
              sort: sortOf(search),
              order: orderOf(search),
              onSort: (next, nextOrder) =>
                void navigate({
                  search: (now) => ({ ...now, sort: next as UserSort, order: nextOrder }),
                  replace: true,
                  resetScroll: false,
                }),
            }}
            hasMore={users.hasNextPage}
            onMore={onMore}
            onOpen={(row) =>
              void navigate({ to: '/user', search: { ...shared, id: row.id, list: listOf(search) } })
            }
            onPeek={peek}
            onCursor={(row) => {
              if (search.open !== undefined && search.open !== row.id) peek(row);
            }}
            isOpen={(row) => row.id === search.open}
            isCovered={search.open !== undefined}
            stale={users.isPlaceholderData}
            pinned={<UnattributedRow summary={summary.data} columns={columns} shared={shared} />}
            empty={<UsersNothing search={search} unattributed={summary.data?.unattributed.calls ?? 0} />}
          />
        )}
      </section>
      {moved && (
        <button
          type="button"
          className="button moved"
          onClick={() => {
            setSortedAt((at) => at + 1);
            void users.refetch();
          }}
        >
          <Icon name="refresh" />
          New calls: sort again
        </button>
      )}
      {search.open !== undefined && (
        <Suspense>
          <UserPeek
            id={search.open}
            list={listOf(search)}
            onClose={() =>
              void navigate({
                search: (now) => ({ ...now, open: undefined }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        </Suspense>
      )}
    </div>
  );
}
