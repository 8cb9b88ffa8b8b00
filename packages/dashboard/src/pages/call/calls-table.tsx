import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import type { CallRow } from '../../api/calls.ts';
import type { Page } from '../../api/figures.ts';
import { formatCompact, formatCount } from '../../format/count.ts';
import { formatDuration } from '../../format/time.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { Ago } from '../../ui/time/ago.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Tip } from '../../ui/tip/tip.tsx';
import { usePageWidth } from '../../ui/use-page-width.ts';
import type { SharedSearch } from '../../url/page-search.ts';
import { CallMoney } from './call-money.tsx';

/** Calls, newest first; each opens its own page. */
export function CallsTable(props: {
  readonly calls: readonly Page<CallRow>[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly hasMore: boolean;
  readonly onMore: () => void;
  readonly shared: SharedSearch;
  readonly hide?: readonly string[];
}): ReactElement {
  const { calls, error, onRetry, hasMore, onMore, shared, hide } = props;
  const navigate = useNavigate();
  const width = usePageWidth();
  const rows = useMemo(() => calls?.flatMap((page) => page.data), [calls]);
  const columns = useMemo(
    () =>
      callColumns(shared).filter(({ id }) =>
        width === 'narrow'
          ? slim.includes(id)
          : hide?.includes(id) !== true && (width === 'wide' || !spare.includes(id)),
      ),
    [shared, width, hide],
  );
  if (error !== null) {
    return (
      <div className="card-body">
        <FailureNotice what="The calls" error={error} onRetry={onRetry} />
      </div>
    );
  }
  return (
    <DataTable
      label="Calls"
      columns={columns}
      rows={rows}
      rowId={(row) => `${row.traceId} ${row.spanId}`}
      rowHeight={36}
      hasMore={hasMore}
      onMore={onMore}
      onOpen={(row) =>
        void navigate({ to: '/call', search: { ...shared, trace: row.traceId, span: row.spanId } })
      }
      empty={
        <div className="nothing">
          <strong>No calls in this range.</strong>
        </div>
      }
    />
  );
}

const slim: readonly string[] = ['at', 'model', 'cost'];
/** What a small window does without. */
const spare: readonly string[] = ['operation', 'service'];

function callColumns(shared: SharedSearch): readonly Column<CallRow>[] {
  return [
    {
      id: 'at',
      label: 'When',
      width: '92px',
      cell: (row) => (
        <Link
          to="/call"
          search={{ ...shared, trace: row.traceId, span: row.spanId }}
          className="row-link"
          preload={false}
        >
          <Ago time={row.at} />
        </Link>
      ),
    },
    {
      id: 'model',
      label: 'Model',
      width: 'minmax(120px, 1.4fr)',
      cell: (row) => (
        <>
          <Tip text={row.provider ?? undefined}>
            {row.model ?? row.requestModel ?? <span className="faint">unknown</span>}
          </Tip>
          {row.error !== null && (
            <Tip className="badge bad call-badge" text={row.error}>
              error
            </Tip>
          )}
        </>
      ),
    },
    {
      id: 'user',
      label: 'User',
      width: 'minmax(90px, 1fr)',
      cell: (row) => row.userId ?? <span className="faint">unattributed</span>,
    },
    { id: 'operation', label: 'Operation', width: 'minmax(80px, 0.8fr)', cell: (row) => row.operation },
    { id: 'service', label: 'Service', width: 'minmax(80px, 1fr)', cell: (row) => row.service },
    {
      id: 'latency',
      label: 'Took',
      width: '76px',
      align: 'right',
      cell: (row) => formatDuration(row.durationMs),
    },
    {
      id: 'input',
      label: 'In',
      width: '68px',
      align: 'right',
      hint: 'Input tokens',
      cell: (row) => (
        <Tip text={`${formatCount(row.cachedTokens)} of them from the cache`}>
          {formatCompact(row.inputTokens)}
        </Tip>
      ),
    },
    {
      id: 'output',
      label: 'Out',
      width: '70px',
      align: 'right',
      hint: 'Output tokens',
      cell: (row) => formatCompact(row.outputTokens),
    },
    {
      id: 'cost',
      label: 'Cost',
      width: '96px',
      align: 'right',
      cell: (row) => <CallMoney call={row} />,
    },
  ];
}
