import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import type { CallRow } from '../../api/calls.ts';
import type { Page } from '../../api/figures.ts';
import { formatErrorType } from '../../format/error-type.ts';
import { formatCompact, formatCount } from '../../format/count.ts';
import { formatDuration } from '../../format/time.ts';
import { CsvButton } from '../../list/csv-button.tsx';
import { EmptyList } from '../../list/empty-list.tsx';
import { csvFields, type Column, wordsWidth } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { Ago } from '../../ui/time/ago.tsx';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { Tip } from '../../ui/tip/tip.tsx';
import { usePageWidth } from '../../ui/page/use-page-width.ts';
import type { SharedSearch } from '../../url/page-search.ts';
import { CallMoney } from './call-money.tsx';

/** A table of calls, newest first, with links to their pages. */
export function CallsTable(props: {
  readonly calls: readonly Page<CallRow>[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly hasMore: boolean;
  readonly onMore: () => void;
  readonly stale?: boolean;
  readonly shared: SharedSearch;
  readonly hide?: readonly string[];
}): ReactElement {
  const { calls, error, onRetry, hasMore, onMore, stale = false, shared, hide } = props;
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
      stale={stale}
      onOpen={(row) =>
        void navigate({ to: '/call', search: { ...shared, trace: row.traceId, span: row.spanId } })
      }
      empty={<EmptyList what="calls" filters="calls" choices={['only']} />}
    />
  );
}

/** The button that saves a list of calls as a file. */
export function CallsCsv({ path }: { readonly path: string }): ReactElement {
  return <CsvButton rows={path} fields={csvFields(callColumns({}))} fileName="calls.csv" />;
}

const slim: readonly string[] = ['at', 'model', 'cost'];
/** Columns that are hidden in a small window. */
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
      csv: [
        { head: 'Time', value: (row) => row.at },
        { head: 'Trace', value: (row) => row.traceId },
        { head: 'Span', value: (row) => row.spanId },
      ],
    },
    {
      id: 'model',
      label: 'Model',
      width: wordsWidth(120, 1.4),
      cell: (row) => (
        <span className="clamped">
          <Tip text={row.provider ?? undefined}>
            {row.model ?? row.requestModel ?? <span className="faint">unknown</span>}
          </Tip>
          {row.error !== null && (
            <Tip className="badge bad call-badge" text={formatErrorType(row.error)}>
              error
            </Tip>
          )}
        </span>
      ),
      csv: [
        { head: 'Model', value: (row) => row.model ?? row.requestModel },
        { head: 'Provider', value: (row) => row.provider },
        { head: 'Error', value: (row) => row.error },
      ],
    },
    {
      id: 'user',
      label: 'User',
      width: wordsWidth(90, 1),
      cell: (row) => row.userId ?? <span className="faint">unattributed</span>,
      csv: [{ head: 'User', value: (row) => row.userId }],
    },
    {
      id: 'operation',
      label: 'Operation',
      width: wordsWidth(80, 0.8),
      cell: (row) => row.operation,
      csv: [{ head: 'Operation', value: (row) => row.operation }],
    },
    {
      id: 'service',
      label: 'Service',
      width: wordsWidth(80, 1),
      cell: (row) => row.service,
      csv: [{ head: 'Service', value: (row) => row.service }],
    },
    {
      id: 'latency',
      label: 'Took',
      width: '76px',
      align: 'right',
      cell: (row) => formatDuration(row.durationMs),
      csv: [{ head: 'Duration (ms)', value: (row) => row.durationMs }],
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
      csv: [
        { head: 'Input tokens', value: (row) => row.inputTokens },
        { head: 'Cached tokens', value: (row) => row.cachedTokens },
      ],
    },
    {
      id: 'output',
      label: 'Out',
      width: '70px',
      align: 'right',
      hint: 'Output tokens',
      cell: (row) => formatCompact(row.outputTokens),
      csv: [{ head: 'Output tokens', value: (row) => row.outputTokens }],
    },
    {
      id: 'cost',
      label: 'Cost',
      width: '96px',
      align: 'right',
      cell: (row) => <CallMoney call={row} />,
      csv: [
        { head: 'Cost (USD)', value: (row) => row.costExact },
        { head: 'Unpriced', value: (row) => row.unpriced },
      ],
    },
  ];
}
