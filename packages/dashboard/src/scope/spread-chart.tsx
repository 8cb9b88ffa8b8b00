import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { distributionQuery, type Distribution } from '../api/changes.ts';
import { formatCount, formatShare, plural } from '../format/count.ts';
import { formatMoneyShort } from '../format/money.ts';
import { EmptyList } from '../list/empty-list.tsx';
import { useCurrency } from '../ui/currency.tsx';
import { FailureNotice } from '../ui/page/failure-notice.tsx';
import { Money } from '../ui/money.tsx';
import { SkeletonRows } from '../ui/page/skeleton.tsx';
import { Tip } from '../ui/tip/tip.tsx';
import type { Scope } from './use-scope.ts';
import '../ui/row-list.css';
import './spread-chart.css';
import { staleProps } from '../ui/stale.ts';

/** The distribution of cost over the users of the scope, and the share of the most expensive ones. */
export function SpreadChart({ scope }: { readonly scope: Scope }): ReactElement {
  const spread = useQuery({ ...distributionQuery(scope.query), placeholderData: keepPreviousData });
  if (spread.isError) {
    return <FailureNotice what="The spread" error={spread.error} onRetry={() => void spread.refetch()} />;
  }
  if (spread.data === undefined) return <SkeletonRows rows={5} />;
  if (spread.data.users === 0) {
    return <EmptyList what="users" />;
  }
  return (
    <div {...staleProps(spread.isPlaceholderData, 'spread-columns')}>
      <Histogram spread={spread.data} />
      <TopShares spread={spread.data} />
    </div>
  );
}

/** Maximum number of labels below the bars; half of them below 1200 pixels. */
const maxLabels = 8;

function Histogram({ spread }: { readonly spread: Distribution }): ReactElement {
  const currency = useCurrency();
  const { buckets } = spread;
  const used = buckets.flatMap(({ users }, at) => (users > 0 ? [at] : []));
  const shown = buckets.slice(used[0], (used.at(-1) ?? 0) + 1);
  const last = shown.length - 1;
  const step = Math.ceil(shown.length / maxLabels);
  const most = Math.max(...shown.map(({ users }) => users));
  const edge = (amount: string): string => formatMoneyShort(Number(amount), currency);
  return (
    <ol className="histogram" aria-label="Users by cost">
      {shown.map(({ from, to, users, costExact }, at) => {
        const label = to === null ? `${edge(from)} and more` : `${edge(from)} to ${edge(to)}`;
        return (
          <li key={from}>
            <span className="number histogram-users">{users === 0 ? '' : formatCount(users)}</span>
            <Tip
              className="histogram-bar"
              text={`${plural(users, 'user')} of ${label} each, ${edge(costExact)} together`}
            >
              <i style={{ height: `${users === 0 ? 0 : Math.max(2, (users / most) * 100)}%` }} />
            </Tip>
            <span className={(last - at) % (2 * step) === 0 ? 'histogram-edge' : 'histogram-edge minor'}>
              {(last - at) % step === 0 && (to === null ? `${edge(from)}+` : edge(from))}
            </span>
            <span className="hidden-visually">
              {label}: {plural(users, 'user')}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function TopShares({ spread }: { readonly spread: Distribution }): ReactElement {
  const { users, costExact, unpricedCalls, median, p95, top } = spread;
  const rows = [...top, { users, costExact, unpricedCalls, share: Number(costExact) > 0 ? 1 : null }];
  return (
    <table className="plain-table spread-table">
      <thead>
        <tr>
          <th scope="col">Users with the largest cost</th>
          <th scope="col" className="number">
            Cost
          </th>
          <th scope="col" className="number">
            Share
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.users}>
            <th scope="row">
              {row.users === users ? `All ${formatCount(users)}` : `Top ${formatCount(row.users)}`}
            </th>
            <td className="number">
              <Money
                cost={Number(row.costExact)}
                costExact={row.costExact}
                unpricedCalls={row.unpricedCalls}
              />
            </td>
            <td className="number">{row.share === null ? '—' : formatShare(row.share, 1)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">Median user</th>
          <td className="number">
            <Money cost={median === null ? null : Number(median)} costExact={median} />
          </td>
          <td />
        </tr>
        <tr>
          <th scope="row">
            <Tip text="95 of 100 users cost at most this" className="hinted">
              95th percentile
            </Tip>
          </th>
          <td className="number">
            <Money cost={p95 === null ? null : Number(p95)} costExact={p95} />
          </td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}
