import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Fragment, type ReactElement } from 'react';
import { ApiFailure } from '../../api/failure.ts';
import { apiPath, type Query } from '../../api/request.ts';
import { NotFound } from '../../app/not-found.tsx';
import { tokensOf } from '../../api/figures.ts';
import { userQuery, type UserDetail } from '../../api/users.ts';
import { callsQuery } from '../../api/calls.ts';
import { userThreadsQuery } from '../../api/threads.ts';
import { formatCompact, formatCount, formatShare } from '../../format/count.ts';
import { formatDuration } from '../../format/time.ts';
import { useInfiniteRows } from '../../list/use-infinite-rows.ts';
import { RangePicker } from '../../range/range-picker.tsx';
import { useRange } from '../../range/use-range.ts';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { ScopeBar } from '../../scope/scope-bar.tsx';
import { Cost, Money } from '../../ui/money.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import { Skeleton } from '../../ui/page/skeleton.tsx';
import { StatStrip, type Stat } from '../../ui/stat-strip.tsx';
import { hasCallFilters, hasFilters, isCallFilter } from '../../url/filters.ts';
import { readShared, type UserSearch } from '../../url/page-search.ts';
import { rangeQuery, type TimeRange } from '../../url/range.ts';
import { userScopeQuery } from '../../url/scope.ts';
import { stringifySearch } from '../../url/search-codec.ts';
import { callListRequest } from '../call/call-list-request.ts';
import { CallsCsv, CallsTable } from '../call/calls-table.tsx';
import { ClaimedMark } from '../../table/figure-columns.tsx';
import { ThreadsCsv, ThreadsTable } from '../thread/threads-table.tsx';
import { MergedNote } from './merged-note.tsx';
import { NeighborNav } from './neighbor-nav.tsx';
import { UserActions } from './user-actions.tsx';
import { UserChart } from './user-chart.tsx';
import { FeedbackCsv, feedbackRequest, UserFeedback } from './user-feedback.tsx';
import { UserFacts } from './user-facts.tsx';
import { UserHead } from './user-head.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** One user: profile, cost and its causes, and actions. */
export function UserPage(): ReactElement {
  const search = usePageSearch('/user');
  return search.id === '' ? <NotFound /> : <UserView search={search} />;
}

function UserView({ search }: { readonly search: UserSearch }): ReactElement {
  const { range } = useRange();
  const user = useQuery({
    ...userQuery(search.id, userScopeQuery(search, range)),
    placeholderData: (previous, query) => (query?.queryKey[2] === search.id ? previous : undefined),
  });
  const missing = user.error instanceof ApiFailure && user.error.status === 404;
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title={user.data?.name ?? search.id} />
        <UserHead id={user.data?.id ?? search.id} user={user.data} />
        <div className="row wrap">
          <NeighborNav search={search} />
          <RangePicker />
          <UserActions id={search.id} user={user.data} search={search} />
        </div>
      </div>
      {hasFilters(search) && (
        <ScopeBar
          search={search}
          inertBecause={(name) => (isCallFilter(name) ? undefined : 'This page is about one user.')}
        />
      )}
      <MergedNote id={search.id} user={user.data} search={search} />
      {missing && (
        <div className="card nothing">
          <strong>No call carries this user id.</strong>
          <span>It may have been erased, or merged into another user.</span>
        </div>
      )}
      {user.isError && !missing && (
        <FailureNotice what="The user" error={user.error} onRetry={() => void user.refetch()} />
      )}
      {!missing && (
        // Each part sends its own requests, so that it does not wait for others or fail with them. The key removes
        // everything of the previous user.
        <Fragment key={search.id}>
          {!user.isError && <UserStats user={user.data} isStale={user.isPlaceholderData} />}
          <div className="user-columns">
            <UserChart search={search} />
            {!user.isError && <UserFacts user={user.data} shared={readShared(search)} />}
          </div>
          <UserActivity search={search} user={user.data} />
        </Fragment>
      )}
    </div>
  );
}

/** Labels of a user's figures, which are also shown while loading. */
const statLabels = [
  'Cost',
  'Calls',
  'Average',
  'Median',
  'Tokens',
  'Errors',
  'Latency p50',
  'Latency p95',
] as const;

function UserStats(props: {
  readonly user: UserDetail | undefined;
  readonly isStale: boolean;
}): ReactElement {
  const { user, isStale } = props;
  const stats = user === undefined ? undefined : statsOf(user);
  return (
    <StatStrip
      isStale={isStale}
      stats={statLabels.map((label) => ({ label, value: <Skeleton width={56} />, ...stats?.[label] }))}
    />
  );
}

function statsOf(user: UserDetail): Readonly<Record<(typeof statLabels)[number], Omit<Stat, 'label'>>> {
  const p50 = user.latency?.p50Ms ?? null;
  const p95 = user.latency?.p95Ms ?? null;
  const p99 = user.latency?.p99Ms ?? null;
  return {
    Cost: {
      value: (
        <>
          <Cost of={user} />
          <ClaimedMark figures={user} />
        </>
      ),
    },
    Calls: { value: formatCount(user.calls) },
    Average: {
      value: <Money cost={user.averageCost} reason="No call has a price" />,
      hint: 'Average cost per call',
    },
    Median: {
      value: <Money cost={user.medianCost ?? null} reason="No call has a price" />,
      hint: 'Median cost of a call',
    },
    Tokens: {
      value: formatCompact(tokensOf(user)),
      hint: `${formatCount(user.inputTokens)} in (${formatCount(user.cachedTokens)} cached), ${formatCount(user.outputTokens)} out`,
    },
    Errors: {
      value:
        user.errors === 0 ? (
          0
        ) : (
          <span className="bad">
            {formatCount(user.errors)} · {formatShare(user.errors, user.calls)}
          </span>
        ),
    },
    'Latency p50': {
      value: p50 === null ? '—' : formatDuration(p50),
      hint: 'Half of the calls take at most this long',
    },
    'Latency p95': {
      value: p95 === null ? '—' : formatDuration(p95),
      hint: p99 === null ? undefined : latencyHint(p99, user),
    },
  };
}

function latencyHint(p99: number, { firstChunk }: UserDetail): string {
  const rest = `95 of 100 calls take at most this long; 99 of 100 at most ${formatDuration(p99)}`;
  const p95 = firstChunk?.p95Ms ?? null;
  return p95 === null
    ? rest
    : `${rest}. 95 of 100 streamed calls have their first chunk within ${formatDuration(p95)}`;
}

function UserActivity(props: {
  readonly search: UserSearch;
  readonly user: UserDetail | undefined;
}): ReactElement {
  const { search, user } = props;
  const navigate = useNavigate({ from: '/user' });
  const tab = search.tab ?? 'calls';
  const change = (next: Partial<UserSearch>): void => {
    void navigate({ search: (now) => ({ ...now, ...next }), replace: true, resetScroll: false });
  };
  return (
    <section className="card" aria-label="Activity">
      <div className="card-head">
        <Segments
          label="What is listed"
          value={tab}
          choices={[
            { key: 'calls', label: withCount('Calls', user?.calls) },
            { key: 'threads', label: withCount('Threads', user?.threads) },
            { key: 'feedback', label: 'Feedback' },
          ]}
          onChange={(key) => change({ tab: key === 'calls' ? undefined : key })}
        />
        {tab === 'calls' && (
          <Segments
            label="Which calls"
            value={search.only ?? 'all'}
            choices={[
              { key: 'all', label: 'All' },
              { key: 'errors', label: 'Errors' },
              { key: 'unpriced', label: 'Unpriced' },
            ]}
            onChange={(key) => change({ only: key === 'all' ? undefined : key })}
          />
        )}
        <ActivityCsv tab={tab} search={search} />
      </div>
      {tab === 'calls' && <UserCalls search={search} />}
      {tab === 'threads' && <UserThreads search={search} />}
      {tab === 'feedback' && <UserFeedback search={search} />}
    </section>
  );
}

/** The button that saves the open list as a file. */
function ActivityCsv(props: {
  readonly tab: 'calls' | 'threads' | 'feedback';
  readonly search: UserSearch;
}): ReactElement {
  const { tab, search } = props;
  const { range } = useRange();
  if (tab === 'calls') return <CallsCsv path={apiPath(['calls'], callsRequest(search, range))} />;
  if (tab === 'feedback') return <FeedbackCsv path={apiPath(['feedback'], feedbackRequest(search, range))} />;
  return <ThreadsCsv path={apiPath(['users', search.id, 'threads'], threadsRequest(range))} />;
}

function callsRequest(search: UserSearch, range: TimeRange): Query {
  return { ...callListRequest(search, range), user: search.id };
}

function threadsRequest(range: TimeRange): Query {
  return { ...rangeQuery(range), sort: 'lastSeen', include: 'title' };
}

function withCount(label: string, count: number | undefined): string {
  return count === undefined ? label : `${label} ${formatCompact(count)}`;
}

function UserCalls({ search }: { readonly search: UserSearch }): ReactElement {
  const { range } = useRange();
  const { pages, ...list } = useInfiniteRows(callsQuery(callsRequest(search, range)));
  return <CallsTable calls={pages} {...list} shared={readShared(search)} hide={hidden} />;
}

const hidden: readonly string[] = ['user'];

function UserThreads({ search }: { readonly search: UserSearch }): ReactElement {
  const { range } = useRange();
  const threads = useInfiniteRows(userThreadsQuery(search.id, threadsRequest(range)));
  return (
    <>
      {hasCallFilters(search) && (
        <p className="list-note">Threads are shown with all of their calls: filters on calls do not apply.</p>
      )}
      <ThreadsTable
        {...threads}
        shared={readShared(search)}
        hideUser
        hasTitles
        list={stringifySearch({ ...readShared(search), user: search.id }).slice(1)}
      />
    </>
  );
}
