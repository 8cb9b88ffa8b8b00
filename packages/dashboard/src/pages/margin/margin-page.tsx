import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import {
  forecastQuery,
  marginQuery,
  readMargin,
  type Margin,
  type MarginLine,
} from '../../api/spend/margin.ts';
import { useIsAdmin } from '../../api/session.ts';
import { plural } from '../../format/count.ts';
import { formatMonth } from '../../format/time.ts';
import { CsvButton } from '../../list/csv-button.tsx';
import type { CsvField } from '../../table/column.ts';
import { FailureNotice, reasonOf } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Money, Remainder } from '../../ui/money.tsx';
import { useNow } from '../../ui/time/now.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import '../../ui/row-list.css';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { SubjectLink } from '../../ui/subject-link.tsx';
import { StatStrip } from '../../ui/stat-strip.tsx';
import { readShared, type MarginSearch, type SharedSearch } from '../../url/page-search.ts';
import { marginLines, marginRequest, monthBefore, monthOf } from './margin-request.ts';
import { RevenueDialog } from './revenue-dialog.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';
import { staleProps } from '../../ui/stale.ts';

/** Revenue minus cost of customers, with the largest loss first. */
export function MarginPage(): ReactElement {
  const search = usePageSearch('/margin');
  const navigate = useNavigate({ from: '/margin' });
  const isAdmin = useIsAdmin();
  const nowMs = useNow();
  const thisMonth = monthOf(nowMs);
  const [limit, setLimit] = useState(marginLines);
  const query = marginRequest(search, nowMs);
  const { month, by, unattributed: spread } = query;
  const margin = useQuery({
    ...marginQuery({ ...query, limit }),
    placeholderData: keepPreviousData,
  });
  const [isOpen, setIsOpen] = useState(false);
  const change = (part: Partial<MarginSearch>): void => {
    void navigate({ search: (now) => ({ ...now, ...part }), replace: true, resetScroll: false });
  };
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Margin" />
        <h1>Margin</h1>
        <div className="row wrap">
          <input
            type="month"
            className="input narrow-select"
            aria-label="Month (UTC)"
            value={month}
            max={thisMonth}
            onChange={(event) =>
              change({ month: event.target.value === '' ? undefined : event.target.value })
            }
          />
          <Segments
            label="Revenue of"
            value={by}
            choices={[
              { key: 'user', label: 'Users' },
              { key: 'group', label: 'Groups' },
            ]}
            onChange={(key) => change({ by: key === 'user' ? undefined : key })}
          />
          {isAdmin && (
            <button type="button" className="button primary" onClick={() => setIsOpen(true)}>
              <Icon name="plus" />
              Revenue
            </button>
          )}
        </div>
      </div>
      <p className="page-lead">
        Revenue minus the cost of calls, by calendar month (UTC). Losses come first.
      </p>
      {margin.isError && (
        <FailureNotice what="The margin" error={margin.error} onRetry={() => void margin.refetch()} />
      )}
      {margin.isPending && <SkeletonRows rows={6} />}
      {margin.data !== undefined && (
        <div {...staleProps(margin.isPlaceholderData, 'stack')}>
          <MarginStrip margin={margin.data} isCurrent={month === thisMonth} />
          <section className="card" aria-label="Margin of customers">
            <div className="card-head">
              <div className="row wrap">
                <h2>{by === 'user' ? 'Users' : 'Groups'}</h2>
                <span className="faint">{lossText(margin.data)}</span>
              </div>
              <div className="row wrap">
                <span className="muted">Cost without a customer</span>
                <Segments
                  label="Cost without a customer"
                  value={spread}
                  choices={[
                    { key: 'apart', label: 'apart' },
                    { key: 'by-cost', label: 'distributed by cost' },
                    { key: 'none', label: 'left out' },
                  ]}
                  onChange={(key) => change({ spread: key === 'apart' ? undefined : key })}
                />
                <CsvButton
                  rows={async () => (await readMargin(query)).lines}
                  fields={csvFieldsBy(by)}
                  fileName={`margin-${month}-by-${by}.csv`}
                />
              </div>
            </div>
            <Lines
              margin={margin.data}
              by={by}
              shared={readShared(search)}
              onMore={() => setLimit((now) => now * 3)}
            />
          </section>
        </div>
      )}
      {isOpen && <RevenueDialog month={month} onClose={() => setIsOpen(false)} />}
    </div>
  );
}

function lossText({ losses, unpricedCalls }: Margin): string {
  if (losses > 0) return `${plural(losses, 'makes', 'make')} a loss`;
  // Calls without a price may hide a loss.
  return unpricedCalls > 0 ? 'none is known to make a loss' : 'none makes a loss';
}

function MarginStrip(props: { readonly margin: Margin; readonly isCurrent: boolean }): ReactElement {
  const { margin, isCurrent } = props;
  const forecast = useQuery({ ...forecastQuery({}), enabled: isCurrent });
  const { revenue, cost, unattributed, unattributedUnpricedCalls } = margin;
  // Revenue is that of the whole month, so on its first days nearly all of it would look like profit.
  const soFar = isCurrent ? ' so far' : '';
  return (
    <StatStrip
      stats={[
        { label: 'Revenue', value: <Exact amount={revenue} /> },
        { label: `Cost${soFar}`, value: <Exact amount={cost} unpricedCalls={margin.unpricedCalls} /> },
        {
          label: `Margin${soFar}`,
          value: <Profit amount={margin.margin} unpricedCalls={margin.unpricedCalls} />,
          hint: isCurrent ? 'Revenue of the month minus its cost until now' : 'Revenue minus cost',
        },
        {
          label: 'Unattributed',
          value: <Exact amount={unattributed} unpricedCalls={unattributedUnpricedCalls} />,
          hint: 'Cost of calls without a customer',
        },
        ...(isCurrent && forecast.data !== undefined
          ? [
              {
                label: 'Cost at month end',
                value: <Exact amount={forecast.data.projected} unpricedCalls={forecast.data.unpricedCalls} />,
                hint: forecast.data.method,
              },
            ]
          : []),
        ...(isCurrent && forecast.isError
          ? [
              {
                label: 'Cost at month end',
                value: '—',
                hint: `The forecast could not be loaded. ${reasonOf(forecast.error)}`,
              },
            ]
          : []),
      ]}
    />
  );
}

const twoDecimals = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function percentText(percent: number | null): string {
  return percent === null ? '—' : `${twoDecimals.format(percent)}%`.replace('-', '−');
}

/** The fields of a line in a CSV file, with all digits. */
function csvFieldsBy(by: 'user' | 'group'): readonly CsvField<MarginLine>[] {
  return [
    { head: by, value: (line) => line.customer },
    { head: 'name', value: (line) => line.name },
    { head: 'revenue_usd', value: (line) => line.revenue },
    { head: 'cost_usd', value: (line) => line.cost },
    { head: 'unattributed_share_usd', value: (line) => line.allocated },
    { head: 'margin_usd', value: (line) => line.margin },
    { head: 'margin_percent', value: (line) => line.percent },
    { head: 'unpriced_calls', value: (line) => line.unpricedCalls },
  ];
}

function Exact(props: { readonly amount: string; readonly unpricedCalls?: number }): ReactElement {
  const { amount, unpricedCalls } = props;
  return <Money cost={Number(amount)} costExact={amount} unpricedCalls={unpricedCalls} />;
}

/** Revenue minus cost. */
function Profit(props: { readonly amount: string; readonly unpricedCalls: number }): ReactElement {
  return (
    <span className={props.amount.startsWith('-') ? 'bad' : undefined}>
      <Remainder {...props} />
    </span>
  );
}

function Lines(props: {
  readonly margin: Margin;
  readonly by: 'user' | 'group';
  readonly shared: SharedSearch;
  readonly onMore: () => void;
}): ReactElement {
  const { by, shared, onMore } = props;
  const { month, lines, total, unattributedUnpricedCalls } = props.margin;
  if (lines.length === 0) {
    return (
      <div className="nothing">
        <strong>No revenue and no cost in {formatMonth(month)}.</strong>
        <Link
          to="/margin"
          search={{ ...shared, by: by === 'user' ? undefined : by, month: monthBefore(month) }}
          resetScroll={false}
          className="link"
        >
          Show {formatMonth(monthBefore(month))}
        </Link>
      </div>
    );
  }
  const hasShares = lines.some(({ allocated }) => allocated !== '0');
  const unpricedInShares = hasShares ? unattributedUnpricedCalls : 0;
  return (
    <>
      <ScrollRegion className="table-scroll" label="Margins">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{by === 'user' ? 'User' : 'Group'}</th>
              <th scope="col" className="number wide-only">
                Revenue
              </th>
              <th scope="col" className="number wide-only">
                Cost
              </th>
              {hasShares && (
                <th scope="col" className="number wide-only">
                  Share of unattributed
                </th>
              )}
              <th scope="col" className="number">
                Margin
              </th>
              <th scope="col" className="number wide-only">
                Margin %
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.customer}>
                <td className="subject-cell">
                  <div className="subjects">
                    <SubjectLink of={by} id={line.customer} name={line.name} shared={shared} />
                  </div>
                </td>
                <td className="number wide-only">
                  <Exact amount={line.revenue} />
                </td>
                <td className="number wide-only">
                  <Exact amount={line.cost} unpricedCalls={line.unpricedCalls} />
                </td>
                {hasShares && (
                  <td className="number wide-only">
                    <Exact amount={line.allocated} unpricedCalls={unpricedInShares} />
                  </td>
                )}
                <td className="number">
                  <Profit amount={line.margin} unpricedCalls={line.unpricedCalls + unpricedInShares} />
                  <div className="faint narrow-only">
                    <Exact amount={line.revenue} /> −{' '}
                    <Exact amount={line.cost} unpricedCalls={line.unpricedCalls} />
                  </div>
                </td>
                <td className="number wide-only">{percentText(line.percent)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {lines.length < total && (
        <p className="card-body">
          <button type="button" className="button" onClick={onMore}>
            Show more of {plural(total, by)}
          </button>
        </p>
      )}
    </>
  );
}
