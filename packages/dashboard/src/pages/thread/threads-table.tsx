import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import type { Page } from '../../api/figures.ts';
import type { ThreadRow } from '../../api/threads.ts';
import { CsvButton } from '../../list/csv-button.tsx';
import { EmptyList } from '../../list/empty-list.tsx';
import { csvFields, type Column, wordsWidth } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { figureColumn } from '../../table/figure-columns.tsx';
import type { Sorting } from '../../table/head-cell.tsx';
import { Ago } from '../../ui/time/ago.tsx';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import './threads-table.css';
import { usePageWidth } from '../../ui/page/use-page-width.ts';
import type { SharedSearch } from '../../url/page-search.ts';

/** A table of conversations with their costs and links. */
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
  /** The parameters of this list, for the link back from a thread. */
  readonly list?: string | undefined;
  /** Whether the rows have the first message as title. */
  readonly hasTitles?: boolean;
}): ReactElement {
  const {
    pages,
    error,
    onRetry,
    hasMore,
    onMore,
    shared,
    sorting,
    list,
    stale = false,
    hideUser = false,
  } = props;
  const { hasTitles = false } = props;
  const navigate = useNavigate();
  const narrow = usePageWidth() === 'narrow';
  const rows = useMemo(() => pages?.flatMap((page) => page.data), [pages]);
  const columns = useMemo(
    () => threadColumns({ ...shared, list }, { narrow, hideUser }),
    [shared, list, narrow, hideUser],
  );
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
      // A thread with several users has one row per user.
      rowId={(row) => JSON.stringify([row.id, row.userId])}
      rowHeight={hasTitles ? (narrow ? 60 : 48) : 38}
      hasMore={hasMore}
      onMore={onMore}
      stale={stale}
      {...(sorting === undefined ? {} : { sorting })}
      onOpen={(row) => void navigate({ to: '/thread', search: { ...shared, list, id: row.id } })}
      empty={
        // The threads of a user's page are not filtered.
        <EmptyList
          what="threads"
          filters={hideUser ? 'none' : 'all'}
          choices={hideUser ? [] : ['content', 'only', 'user']}
        >
          <span>
            A thread is named with <code>withThread(id, fn)</code>, or by the attribute{' '}
            <code>gen_ai.conversation.id</code>.
          </span>
        </EmptyList>
      }
    />
  );
}

/** The button that saves a list of threads as a file. */
export function ThreadsCsv({ path }: { readonly path: string }): ReactElement {
  const columns = threadColumns({ list: undefined }, { narrow: false, hideUser: false });
  return <CsvButton rows={path} fields={csvFields(columns)} fileName="threads.csv" />;
}

function threadColumns(
  shared: SharedSearch & { readonly list: string | undefined },
  { narrow, hideUser }: { readonly narrow: boolean; readonly hideUser: boolean },
): readonly Column<ThreadRow>[] {
  const thread: Column<ThreadRow> = {
    id: 'thread',
    label: 'Thread',
    width: wordsWidth(120, 2.4),
    cell: (row) => (
      <span className="thread-cell">
        <Link
          to="/thread"
          search={{ ...shared, id: row.id }}
          className={`row-link ${row.title == null ? 'mono ' : ''}${narrow ? 'clamped' : 'truncate'}`}
          preload={false}
          dir="auto"
        >
          {row.title ?? row.id}
        </Link>
        {row.title != null && <code className="faint truncate">{row.id}</code>}
      </span>
    ),
    csv: [
      { head: 'Thread', value: (row) => row.id },
      { head: 'Title', value: (row) => row.title },
    ],
  };
  const user: Column<ThreadRow> = {
    id: 'user',
    label: 'User',
    width: wordsWidth(90, 1),
    cell: (row) => row.name ?? row.userId ?? <span className="faint">unattributed</span>,
    csv: [
      { head: 'User', value: (row) => row.userId },
      { head: 'Name', value: (row) => row.name },
    ],
  };
  const last: Column<ThreadRow> = {
    id: 'lastSeen',
    label: 'Last call',
    width: narrow ? '76px' : '92px',
    align: 'right',
    sort: 'lastSeen',
    cell: (row) => <Ago time={row.lastSeen} />,
    csv: [
      { head: 'First call', value: (row) => row.firstSeen },
      { head: 'Last call', value: (row) => row.lastSeen },
    ],
  };
  if (narrow) return [thread, last, figureColumn('cost')];
  return [
    thread,
    ...(hideUser ? [] : [user]),
    last,
    figureColumn('calls'),
    figureColumn('tokens'),
    figureColumn('errors'),
    figureColumn('cost'),
  ];
}
