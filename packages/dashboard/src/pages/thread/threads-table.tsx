import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import type { Page } from '../../api/figures.ts';
import type { ThreadRow } from '../../api/threads.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { figureColumn } from '../../table/figure-columns.tsx';
import type { Sorting } from '../../table/head-cell.tsx';
import { Ago } from '../../ui/ago.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { usePageWidth } from '../../ui/use-page-width.ts';
import type { SharedSearch } from '../../url/page-search.ts';

/** Conversations with what they cost; each opens as one. */
export function ThreadsTable(props: {
  readonly pages: readonly Page<ThreadRow>[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly hasMore: boolean;
  readonly onMore: () => void;
  readonly shared: SharedSearch;
  readonly sorting?: Sorting;
  readonly stale?: boolean;
  readonly hideUser?: boolean;
}): ReactElement {
  const { pages, error, onRetry, hasMore, onMore, shared, sorting, stale = false, hideUser = false } = props;
  const navigate = useNavigate();
  const narrow = usePageWidth() === 'narrow';
  const rows = useMemo(() => pages?.flatMap((page) => page.data), [pages]);
  const columns = useMemo(() => threadColumns(shared, narrow, hideUser), [shared, narrow, hideUser]);
  if (error !== null) {
    return (
      <div className="card-body">
        <FailureNotice what="The threads" error={error} onRetry={onRetry} />
      </div>
    );
  }
  return (
    <DataTable
      label="Threads"
      columns={columns}
      rows={rows}
      rowId={(row) => row.id}
      rowHeight={38}
      hasMore={hasMore}
      onMore={onMore}
      stale={stale}
      {...(sorting === undefined ? {} : { sorting })}
      onOpen={(row) => void navigate({ to: '/thread', search: { ...shared, id: row.id } })}
      empty={
        <div className="nothing">
          <strong>No threads in this range.</strong>
          <span>
            A thread is named with <code>withThread(id, fn)</code>, or by the attribute{' '}
            <code>gen_ai.conversation.id</code>.
          </span>
        </div>
      }
    />
  );
}

function threadColumns(
  shared: SharedSearch,
  narrow: boolean,
  hideUser: boolean,
): readonly Column<ThreadRow>[] {
  const thread: Column<ThreadRow> = {
    id: 'thread',
    label: 'Thread',
    width: 'minmax(120px, 1.6fr)',
    cell: (row) => (
      <Link to="/thread" search={{ ...shared, id: row.id }} className="row-link mono" preload={false}>
        {row.id}
      </Link>
    ),
  };
  const user: Column<ThreadRow> = {
    id: 'user',
    label: 'User',
    width: 'minmax(90px, 1fr)',
    cell: (row) => row.name ?? row.userId ?? <span className="faint">unattributed</span>,
  };
  const last: Column<ThreadRow> = {
    id: 'lastSeen',
    label: 'Last call',
    width: '92px',
    align: 'right',
    sort: 'lastSeen',
    cell: (row) => <Ago time={row.lastSeen} />,
  };
  // The API sorts threads by these alone.
  const plain = ({ sort: _sort, ...column }: Column<ThreadRow>): Column<ThreadRow> => column;
  if (narrow) return [thread, last, figureColumn('cost')];
  return [
    thread,
    ...(hideUser ? [] : [user]),
    last,
    figureColumn('calls'),
    plain(figureColumn('tokens')),
    plain(figureColumn('errors')),
    figureColumn('cost'),
  ];
}
