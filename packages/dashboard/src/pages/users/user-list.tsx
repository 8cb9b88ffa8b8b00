import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { apiPath, type Query } from '../../api/request.ts';
import { summaryQuery } from '../../api/summary.ts';
import { usersQuery, type UserRow } from '../../api/users.ts';
import { useMainScroll } from '../../app/main-scroll.ts';
import { plural } from '../../format/count.ts';
import { readColumns } from '../../list/column-choice.ts';
import { ColumnsMenu } from '../../list/columns-menu.tsx';
import { CsvButton } from '../../list/csv-button.tsx';
import { csvFields } from '../../table/column.ts';
import { useInfiniteRows } from '../../list/use-infinite-rows.ts';
import { useSortInUrl } from '../../list/use-sort-in-url.ts';
import { DataTable } from '../../table/data-table.tsx';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { usePageWidth } from '../../ui/page/use-page-width.ts';
import { hasUserFilters } from '../../url/filters.ts';
import type { SharedSearch } from '../../url/page-search.ts';
import { userSorts, type Order } from '../../url/pages.ts';
import { userChoices } from './user-choices.ts';
import { userColumns } from './user-columns.tsx';
import { orderOf, sortOf, usersRequest } from './users-request.ts';
import { useSteadyRows } from './use-steady-rows.ts';

/** When scrolled further down than this, the list is being read and rows must not change positions. */
const readingPx = 320;

/** The parameters of the URL for the list. */
interface UserListSearch {
  readonly sort?: string | undefined;
  readonly order?: Order | undefined;
  readonly columns?: string | undefined;
}

/** The users in the scope of a page with their figures. */
export function UserList(props: {
  readonly scope: Query;
  readonly search: UserListSearch;
  /** Parameters of the URL that links keep. */
  readonly shared: SharedSearch;
  /** The parameters of the list as one value, for links to a user's page and back. */
  readonly list: string | undefined;
  /** The user whose figures are shown beside the list, and the function to change that. */
  readonly look?: { readonly open: string | undefined; readonly onLook: (id: string | undefined) => void };
  /** A row above all users, in the same columns. */
  readonly pinned?: ((columns: readonly string[]) => ReactNode) | undefined;
  readonly empty: ReactNode;
  /** Content at the left of the heading; the number of users by default. */
  readonly children?: ReactNode;
}): ReactElement {
  const { scope, search, shared, list, look, pinned, empty, children } = props;
  const navigate = useNavigate();
  const onSort = useSortInUrl();
  const width = usePageWidth();
  const columns = useMemo(() => readColumns(search, userChoices, width), [search, width]);
  const sorting = { sort: userSorts.find((known) => known === search.sort), order: search.order };
  const request = usersRequest(scope, sorting, columns);
  const { pages, error, stale, hasMore, onMore, onRetry } = useInfiniteRows(usersQuery(request));
  const loaded = useMemo(() => pages?.flatMap((page) => page.data), [pages]);
  const scroll = useMainScroll();
  const [sortedAt, setSortedAt] = useState(0);
  const isReading = (scroll?.scrollTop ?? 0) > readingPx;
  const { rows, moved } = useSteadyRows(loaded, `${sortedAt} ${JSON.stringify(request)}`, isReading);
  // Only the first page has totals.
  const total = pages?.[0]?.total ?? undefined;
  const isOfUsers = hasUserFilters(scope);
  const summary = useQuery({ ...summaryQuery(scope), enabled: isOfUsers });
  const totals = (isOfUsers ? summary.data : pages?.[0]?.totals) ?? undefined;
  const definitions = useMemo(
    () => userColumns(columns, { shared, list, total, totals }),
    [columns, shared, list, total, totals],
  );
  const peek = (row: UserRow): void => look?.onLook(look.open === row.id ? undefined : row.id);
  return (
    <section className="card users-card" aria-label="Users">
      <div className="toolbar">
        {children ?? <span className="muted">{total !== undefined && plural(total, 'user')}</span>}
        <span className="toolbar-space" />
        <ColumnsMenu choices={userChoices} columns={columns} hasProperties />
        <CsvButton rows={apiPath(['users'], request)} fields={csvFields(definitions)} fileName="users.csv" />
      </div>
      {error !== null ? (
        <div className="card-body">
          <FailureNotice what="The list of users" error={error} onRetry={onRetry} />
        </div>
      ) : (
        <DataTable
          label="Users"
          columns={definitions}
          rows={rows}
          rowId={(row) => row.id}
          total={total}
          sorting={{
            sort: sortOf(sorting),
            order: orderOf(sorting),
            onSort,
          }}
          hasMore={hasMore}
          onMore={onMore}
          onOpen={(row) => void navigate({ to: '/user', search: { ...shared, id: row.id, list } })}
          {...(look === undefined ? {} : { onPeek: peek })}
          onCursor={(row) => {
            if (look?.open !== undefined && look.open !== row.id) peek(row);
          }}
          isOpen={(row) => row.id === look?.open}
          isCovered={look?.open !== undefined}
          stale={stale}
          pinned={pinned?.(columns)}
          empty={empty}
        />
      )}
      {moved && (
        <button
          type="button"
          className="button moved"
          onClick={() => {
            setSortedAt((at) => at + 1);
            onRetry();
          }}
        >
          <Icon name="refresh" />
          New calls: sort again
        </button>
      )}
    </section>
  );
}
