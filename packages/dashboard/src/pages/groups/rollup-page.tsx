import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, type ReactElement } from 'react';
import { rollupQuery, type RollupKind, type RollupRow } from '../../api/rollups.ts';
import { RangePicker } from '../../range/range-picker.tsx';
import { useRange } from '../../range/use-range.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { CountCell, figureColumn, type FigureId } from '../../table/figure-columns.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { usePageWidth } from '../../ui/use-page-width.ts';
import type { PageWidth } from '../../ui/page-width.ts';
import type { ListSearch, UsersSearch } from '../../url/page-search.ts';
import { rangeQuery } from '../../url/range.ts';
import { ShareBar } from './share-bar.tsx';
import { PageTitle } from '../../ui/page-title.tsx';

const shown: Readonly<Record<PageWidth, readonly FigureId[]>> = {
  narrow: ['calls', 'cost'],
  medium: ['calls', 'tokens', 'errors', 'average', 'cost'],
  wide: ['calls', 'tokens', 'cached', 'errors', 'latency', 'average', 'cost'],
};

/** A list of what groups, or models, cost; each opens the users page narrowed to it. */
export function RollupPage(props: {
  readonly kind: RollupKind;
  /** Columns beside those that every such list has, with what they need of the API. */
  readonly more?: { readonly include: string; readonly columns: readonly Column<RollupRow>[] };
  readonly title: string;
  readonly lead: string;
  readonly search: ListSearch;
  readonly first: Column<RollupRow>;
  readonly rowId: (row: RollupRow) => string;
  readonly narrowTo: (row: RollupRow) => UsersSearch | undefined;
}): ReactElement {
  const { kind, title, lead, search, first, rowId, narrowTo, more } = props;
  const { range } = useRange();
  const navigate = useNavigate();
  const width = usePageWidth();
  const sort = search.sort ?? 'cost';
  const order = search.order ?? 'desc';
  const list = useInfiniteQuery({
    ...rollupQuery(kind, { ...rangeQuery(range), sort, order, include: more?.include }),
    placeholderData: keepPreviousData,
  });
  const pages = list.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.data), [pages]);
  const columns = useMemo((): readonly Column<RollupRow>[] => {
    const whole = pages?.[0]?.totals?.cost ?? 0;
    const most = Math.max(0, ...(rows ?? []).map((row) => row.cost ?? 0));
    const share: Column<RollupRow> = {
      id: 'share',
      label: 'Share',
      hint: 'Of the cost of all calls in the range',
      width: 'minmax(72px, 0.6fr)',
      cell: (row) => <ShareBar value={row.cost ?? 0} most={most} all={whole} />,
    };
    const users: Column<RollupRow> = {
      id: 'users',
      label: 'Users',
      width: '56px',
      align: 'right',
      sort: 'users',
      cell: (row) => <CountCell count={row.users} />,
    };
    // Further columns take the place of those that say least beside them.
    const ids: readonly FigureId[] =
      more !== undefined && width === 'wide' ? ['calls', 'tokens', 'errors', 'cost'] : shown[width];
    const figures = ids.map((id) => figureColumn(id));
    if (width === 'narrow') return [first, ...figures];
    return width === 'medium'
      ? [first, users, ...figures]
      : [first, share, users, ...(more?.columns ?? []), ...figures];
  }, [first, width, rows, pages, more]);
  const { fetchNextPage, isFetchingNextPage } = list;
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title={title} />
        <h1>{title}</h1>
        <RangePicker />
      </div>
      <p className="page-lead">{lead}</p>
      {list.isError ? (
        <FailureNotice what={title} error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <section className="card" aria-label={title}>
          <DataTable
            label={title}
            columns={columns}
            rows={rows}
            rowId={rowId}
            rowHeight={40}
            sorting={{
              sort,
              order,
              onSort: (next, nextOrder) =>
                void navigate({
                  to: '.',
                  search: (now) => ({ ...now, sort: next, order: nextOrder }),
                  replace: true,
                  resetScroll: false,
                }),
            }}
            hasMore={list.hasNextPage}
            onMore={onMore}
            onOpen={(row) => {
              const to = narrowTo(row);
              if (to !== undefined) void navigate({ to: '/', search: to });
            }}
            stale={list.isPlaceholderData}
            empty={
              <div className="nothing">
                <strong>No calls in this range.</strong>
              </div>
            }
          />
        </section>
      )}
    </div>
  );
}
