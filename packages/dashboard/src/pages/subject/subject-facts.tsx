import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { Query } from '../../api/request.ts';
import { rollupQuery, type RollupRow } from '../../api/rollups.ts';
import { formatCount, plural } from '../../format/count.ts';
import { formatDuration } from '../../format/time.ts';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { Money } from '../../ui/money.tsx';
import { Skeleton } from '../../ui/page/skeleton.tsx';
import { StatCell, type Stat } from '../../ui/stat-strip.tsx';
import { nameOf } from '../rollups/rollup-request.ts';
import { staleProps } from '../../ui/stale.ts';

/** Cost of a group or feature per user and per conversation, and the latency of its calls. */
export function SubjectFacts(props: {
  readonly kind: 'groups' | 'tags';
  readonly id: string;
  readonly scope: Query;
  readonly children?: ReactNode;
}): ReactElement {
  const { kind, id, scope, children } = props;
  // The row of the subject has all calls of the scope, so it is the first one.
  const list = useInfiniteQuery({
    ...rollupQuery(kind, { ...scope, sort: 'calls', order: 'desc', include: 'feedback,latency' }),
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.pages[0]?.data;
  const row = rows?.find((each) => nameOf(kind, each) === id);
  if (list.isError) {
    return <FailureNotice what="Latency" error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <dl {...staleProps(list.isPlaceholderData, 'card stat-strip')}>
      {statsOf(row, rows !== undefined).map((stat) => (
        <StatCell key={stat.label} {...stat} />
      ))}
      {children}
    </dl>
  );
}

function statsOf(row: RollupRow | undefined, isKnown: boolean): readonly Stat[] {
  const wait = <Skeleton width={56} />;
  const none = '—';
  const money = (cost: number | null | undefined, reason: string): ReactNode =>
    row === undefined ? none : <Money cost={cost ?? null} reason={reason} />;
  const time = (ms: number | null | undefined): string =>
    ms === null || ms === undefined ? none : formatDuration(ms);
  const stats: readonly Stat[] = [
    { label: 'Per user', value: money(row?.costPerUser, 'No user with a price') },
    {
      label: 'Per thread',
      value: money(row?.costPerThread, 'No conversation with a price'),
      hint: `Average cost per conversation, of ${formatCount(row?.threads ?? 0)}`,
    },
    {
      label: 'Thumbs',
      value:
        row === undefined || (row.thumbsUp ?? 0) + (row.thumbsDown ?? 0) === 0
          ? none
          : `${formatCount(row.thumbsUp ?? 0)} up, ${formatCount(row.thumbsDown ?? 0)} down`,
      hint: 'The latest thumbs of users on conversations and runs with such a call',
    },
    {
      label: 'Latency p50',
      value: time(row?.p50Ms),
      hint: 'Half of the calls take at most this long',
    },
    {
      label: 'Latency p95',
      value: time(row?.p95Ms),
      hint: `95 of 100 calls take at most this long; 99 of 100 at most ${time(row?.p99Ms)}`,
    },
    {
      label: 'First chunk p95',
      value: time(row?.firstChunkP95Ms),
      hint: `Of ${plural(row?.firstChunkCalls ?? 0, 'streamed call')} that report it; half of them within ${time(row?.firstChunkP50Ms)}`,
    },
  ];
  return isKnown ? stats : stats.map(({ label }) => ({ label, value: wait }));
}
