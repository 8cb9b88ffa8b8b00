import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement, type ReactNode } from 'react';
import { apiPath, type Query } from '../../api/request.ts';
import { rollupQuery, type RollupKind } from '../../api/rollups.ts';
import { summaryQuery } from '../../api/summary.ts';
import { readColumns } from '../../list/column-choice.ts';
import { ColumnsMenu } from '../../list/columns-menu.tsx';
import { CsvButton } from '../../list/csv-button.tsx';
import { EmptyList } from '../../list/empty-list.tsx';
import { csvFields } from '../../table/column.ts';
import { formatCount } from '../../format/count.ts';
import { useInfiniteRows } from '../../list/use-infinite-rows.ts';
import { pinUnattributed } from '../../list/unattributed-row.tsx';
import { useSortInUrl } from '../../list/use-sort-in-url.ts';
import { DataTable } from '../../table/data-table.tsx';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { usePageWidth } from '../../ui/page/use-page-width.ts';
import type { SharedSearch } from '../../url/page-search.ts';
import { rollupChoices, rollupWords } from './rollup-choices.ts';
import { rollupColumns, targetOf } from './rollup-columns.tsx';
import { nameOf, rollupOrder, rollupRequest, type RollupListSearch } from './rollup-request.ts';

/** A list of groups, models, features or services with their figures in the scope of the page. Each row has a link. */
export function RollupList(props: {
  readonly kind: RollupKind;
  readonly scope: Query;
  readonly search: RollupListSearch;
  /** Parameters of the URL that links keep. */
  readonly shared: SharedSearch;
  /** Content at the left of the heading; the number of rows by default. */
  readonly children?: ReactNode;
}): ReactElement {
  const { kind, scope, search, shared, children } = props;
  const navigate = useNavigate();
  const onSort = useSortInUrl();
  const width = usePageWidth();
  const { title, fileName } = rollupWords[kind];
  const choices = useMemo(() => rollupChoices(kind), [kind]);
  const ids = useMemo(() => readColumns(search, choices, width), [search, choices, width]);
  const { sort, order } = rollupOrder(search);
  const request = rollupRequest(kind, scope, search, ids);
  const { pages, error, stale, hasMore, onMore, onRetry } = useInfiniteRows({
    ...rollupQuery(kind, request),
    placeholderData: (previous, query) =>
      query?.queryKey[1] === kind ? keepPreviousData(previous) : undefined,
  });
  const rows = useMemo(() => pages?.flatMap((page) => page.data), [pages]);
  const most = useMemo(() => Math.max(0, ...(rows ?? []).map((row) => row.cost ?? 0)), [rows]);
  const columns = useMemo(
    () => rollupColumns(ids, { kind, shared, totals: pages?.[0]?.totals ?? undefined, most }),
    [ids, kind, shared, pages, most],
  );
  const total = pages?.[0]?.total ?? undefined;
  // Only users have a group, but the totals are those of all calls.
  const isOfUsers = kind === 'groups';
  const summary = useQuery({ ...summaryQuery(scope), enabled: isOfUsers });
  const pinned = isOfUsers ? pinUnattributed(summary.data, shared) : undefined;
  return (
    <section className="card" aria-label={title}>
      <div className="toolbar">
        {children ?? <span className="muted">{total !== undefined && `${formatCount(total)} listed`}</span>}
        <span className="toolbar-space" />
        <ColumnsMenu choices={choices} columns={ids} />
        <CsvButton rows={apiPath([kind], request)} fields={csvFields(columns)} fileName={fileName} />
      </div>
      {kind === 'tags' && (
        <p className="list-note">
          A call with two tags counts for both. The totals in the head count every call once and include calls
          without a tag.
        </p>
      )}
      {error !== null ? (
        <div className="card-body">
          <FailureNotice what={title} error={error} onRetry={onRetry} />
        </div>
      ) : (
        <DataTable
          label={title}
          columns={columns}
          rows={rows}
          rowId={(row) => `${row.provider ?? ''} ${nameOf(kind, row) ?? ''}`}
          rowHeight={40}
          total={total}
          sorting={{
            sort,
            order,
            onSort,
          }}
          hasMore={hasMore}
          onMore={onMore}
          onOpen={(row) => {
            const name = nameOf(kind, row);
            if (name !== undefined) void navigate(targetOf(kind, name, shared));
          }}
          stale={stale}
          pinned={pinned?.(ids, most)}
          empty={<EmptyList what="calls" />}
        />
      )}
    </section>
  );
}
