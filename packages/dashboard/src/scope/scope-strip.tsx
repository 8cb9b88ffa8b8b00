import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { Summary } from '../api/summary.ts';
import {
  formatChange,
  formatCompact,
  formatCount,
  formatPoints,
  formatShare,
  plural,
} from '../format/count.ts';
import { Cost } from '../ui/money.tsx';
import { CountCell } from '../table/figure-columns.tsx';
import { Tip } from '../ui/tip/tip.tsx';
import { Skeleton } from '../ui/page/skeleton.tsx';
import { staleProps } from '../ui/stale.ts';
import type { SharedSearch } from '../url/page-search.ts';

/** The figures of the range with their changes since the previous range. */
export function ScopeStrip(props: {
  readonly summary: Summary | undefined;
  /** Whether the summary is that of another scope, until the summary of this scope arrives. */
  readonly isStale: boolean;
  readonly shared: SharedSearch;
  /** Whether users are filtered, so that there are no figures for calls without a user. */
  readonly isOfUsers: boolean;
}): ReactElement {
  const { summary, isStale, shared, isOfUsers } = props;
  // Without calls in the previous range everything would be marked as new, which does not help.
  const before = summary?.before?.calls ? summary.before : undefined;
  return (
    <dl {...staleProps(isStale, 'card strip')}>
      <Figure label="Users" now={summary?.users} before={before?.users}>
        {summary && formatCount(summary.users)}
      </Figure>
      <Figure label="New users" now={summary?.newUsers} before={before?.newUsers}>
        {summary && formatCount(summary.newUsers)}
      </Figure>
      <Figure label="Calls" now={summary?.calls} before={before?.calls}>
        {summary && <CountCell count={summary.calls} />}
      </Figure>
      <Figure label="Cost" now={summary?.cost ?? undefined} before={before?.cost ?? undefined}>
        {summary && <Cost of={summary} />}
      </Figure>
      <CoverageFigure now={summary} before={before} shared={shared} isOfUsers={isOfUsers} />
      <UnpricedFigure now={summary?.unpricedCalls} before={before?.unpricedCalls} shared={shared} />
    </dl>
  );
}

function CoverageFigure(props: {
  readonly now: Pick<Summary, 'coverage'> | undefined;
  readonly before: Pick<Summary, 'coverage'> | undefined;
  readonly shared: SharedSearch;
  readonly isOfUsers: boolean;
}): ReactElement {
  const { now, before, shared, isOfUsers } = props;
  const calls = now?.coverage.calls;
  return (
    <Figure
      label="Coverage"
      hint={
        isOfUsers
          ? 'With a filter on users there is no coverage, because it excludes calls without a user'
          : `Calls with a known user, or of system services. Share of the spend: ${shareOf(now?.coverage.spend)}`
      }
      now={calls ?? undefined}
      before={before?.coverage.calls ?? undefined}
      change={formatPoints}
    >
      {now &&
        (isOfUsers ? (
          <span className="faint">—</span>
        ) : (
          <Link to="/unattributed" search={shared} className={(calls ?? 1) < 1 ? 'strip-link' : ''}>
            {shareOf(calls)}
          </Link>
        ))}
    </Figure>
  );
}

function UnpricedFigure(props: {
  readonly now: number | undefined;
  readonly before: number | undefined;
  readonly shared: SharedSearch;
}): ReactElement {
  const { now, before, shared } = props;
  return (
    <Figure label="Unpriced" hint="Calls with unknown cost" now={now} before={before}>
      {now === undefined ? undefined : (
        <Link
          to="/prices"
          search={shared}
          className={now > 0 ? 'strip-link warn' : ''}
          data-tip={plural(now, 'call')}
        >
          {formatCompact(now)}
        </Link>
      )}
    </Figure>
  );
}

function shareOf(share: number | null | undefined): string {
  return share === null || share === undefined ? '—' : formatShare(share, 1);
}

function Figure(props: {
  readonly label: string;
  readonly hint?: string;
  readonly now: number | undefined;
  readonly before: number | undefined;
  /** Formats the change; a percentage by default. */
  readonly change?: (now: number, before: number) => string | undefined;
  readonly children: ReactNode;
}): ReactElement {
  const { label, hint, now, before, change: format = formatChange, children } = props;
  const change = now === undefined || before === undefined ? undefined : format(now, before);
  return (
    <div className="strip-figure">
      <dt>
        <Tip text={hint} className={hint === undefined ? undefined : 'hinted'}>
          {label}
        </Tip>
      </dt>
      <dd>
        <span className="strip-value">{children === undefined ? <Skeleton width={72} /> : children}</span>
        <span className="strip-change">
          {change !== undefined && <Tip text="Compared with the previous range">{change}</Tip>}
        </span>
      </dd>
    </div>
  );
}
