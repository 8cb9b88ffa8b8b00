import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { moversQuery, toDateQuery, type Mover, type Period } from '../api/changes.ts';
import { formatChange, formatCount, plural } from '../format/count.ts';
import { formatMoney } from '../format/money.ts';
import { Avatar } from '../ui/avatar/avatar.tsx';
import { useCurrency } from '../ui/currency.tsx';
import { FailureNotice } from '../ui/page/failure-notice.tsx';
import { Money } from '../ui/money.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { Skeleton } from '../ui/page/skeleton.tsx';
import { Tip } from '../ui/tip/tip.tsx';
import type { SharedSearch } from '../url/page-search.ts';
import type { Scope } from './use-scope.ts';
import './what-changed.css';
import { staleProps } from '../ui/stale.ts';

/** Cards with the month and the quarter to date, and the users with the largest changes of cost and their causes. */
export function WhatChanged(props: {
  readonly scope: Scope;
  /** Parameters of the URL that links keep. */
  readonly shared: SharedSearch;
}): ReactElement {
  const { scope, shared } = props;
  const toDate = useQuery({ ...toDateQuery(scope.query), placeholderData: keepPreviousData });
  const movers = useQuery({ ...moversQuery(scope.query), placeholderData: keepPreviousData });
  return (
    <section className="band-frame" aria-label="What changed">
      <ScrollRegion className="band" label="Cards of what changed">
        {toDate.isError ? (
          <FailureNotice what="This month" error={toDate.error} onRetry={() => void toDate.refetch()} />
        ) : (
          <>
            <PeriodCard title="This month" period={toDate.data?.month} isStale={toDate.isPlaceholderData} />
            <PeriodCard
              title="This quarter"
              period={toDate.data?.quarter}
              isStale={toDate.isPlaceholderData}
            />
          </>
        )}
        {movers.isError ? (
          <FailureNotice what="What changed" error={movers.error} onRetry={() => void movers.refetch()} />
        ) : (
          <Movers
            movers={movers.data?.data}
            isStale={movers.isPlaceholderData}
            hasBefore={movers.data?.before !== null}
            shared={shared}
          />
        )}
      </ScrollRegion>
    </section>
  );
}

function PeriodCard(props: {
  readonly title: string;
  readonly period: Period | undefined;
  readonly isStale: boolean;
}): ReactElement {
  const { title, period, isStale } = props;
  return (
    <div {...staleProps(isStale, 'card band-card')}>
      <span className="band-title">
        <Tip text={period === undefined ? undefined : periodHint(period)} className="hinted">
          {title}
        </Tip>
      </span>
      <strong className="band-figure">
        {period === undefined ? (
          <Skeleton width={72} />
        ) : (
          <Money
            cost={Number(period.spent)}
            costExact={period.spent}
            unpricedCalls={period.unpricedCalls}
            note="so far, independent of the selected range"
          />
        )}
      </strong>
      <span className="band-note">
        {period === undefined ? (
          <Skeleton width={96} />
        ) : (
          <>
            forecast{' '}
            <Money
              cost={Number(period.projected)}
              costExact={period.projected}
              unpricedCalls={period.projectedUnpricedCalls}
              note={period.method}
            />
          </>
        )}
      </span>
    </div>
  );
}

function periodHint({ name, calls }: Period): string {
  return `${name} so far: ${plural(calls, 'call')}, independent of the selected range`;
}

function Movers(props: {
  readonly movers: readonly Mover[] | undefined;
  readonly isStale: boolean;
  readonly hasBefore: boolean;
  readonly shared: SharedSearch;
}): ReactElement {
  const { movers, isStale, hasBefore, shared } = props;
  if (movers === undefined) {
    return (
      <div className="card band-card" aria-busy="true">
        <Skeleton width={120} />
        <Skeleton width={72} />
        <Skeleton width={140} />
      </div>
    );
  }
  if (movers.length === 0) {
    return (
      <div {...staleProps(isStale, 'card band-card band-none muted')}>
        {hasBefore
          ? "No user's cost changed compared with the previous range."
          : 'All time has no previous range to compare with.'}
      </div>
    );
  }
  return (
    <>
      {movers.map((mover) => (
        <MoverCard key={mover.id} mover={mover} isStale={isStale} shared={shared} />
      ))}
    </>
  );
}

function MoverCard(props: {
  readonly mover: Mover;
  readonly isStale: boolean;
  readonly shared: SharedSearch;
}): ReactElement {
  const { mover, isStale, shared } = props;
  const currency = useCurrency();
  const { id, name, cost, before, change } = mover;
  const percent = before === 0 ? undefined : formatChange(cost, before);
  return (
    <Link
      to="/user"
      search={{ ...shared, id }}
      {...staleProps(isStale, 'card band-card band-mover')}
      data-tip={`${formatMoney(before, currency)} before, ${formatMoney(cost, currency)} now: ${causeText(mover)}`}
      preload={false}
    >
      <span className="band-title row">
        <Avatar id={id} name={name ?? undefined} picture={undefined} size={18} />
        <span className="truncate" dir="auto">
          {name ?? id}
        </span>
      </span>
      <span className="row">
        <strong className="band-figure">
          {change < 0 ? '−' : '+'}
          {formatMoney(Math.abs(change), currency)}
        </strong>
        <span className="faint number">{percent}</span>
      </span>
      <span className="band-note clamped">{causeText(mover)}</span>
    </Link>
  );
}

/** Describes the largest cause of a change: the factor and the model. */
export function causeText({ cause }: Pick<Mover, 'cause'>): string {
  if (cause === null) return 'no single cause';
  const model = cause.model ?? 'unknown model';
  const { factor, was, is } = cause;
  if (factor === 'new') return `started to use ${model}`;
  if (factor === 'gone') return `stopped using ${model}`;
  if (factor === 'price per token') return `${is > was ? 'higher' : 'lower'} price per token · ${model}`;
  return `${factor} ${formatCount(Math.round(was))} → ${formatCount(Math.round(is))} · ${model}`;
}
