import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, useMemo } from 'react';
import type { ReactElement } from 'react';
import { summaryQuery } from '../../api/summary.ts';
import type { Summary } from '../../api/summary.ts';
import { pinUnattributed } from '../../list/unattributed-row.tsx';
import { RangePicker } from '../../range/range-picker.tsx';
import { ScopeBar } from '../../scope/scope-bar.tsx';
import { ScopeChart } from '../../scope/scope-chart.tsx';
import { ScopeStrip } from '../../scope/scope-strip.tsx';
import { useScope } from '../../scope/use-scope.ts';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { SearchBox } from '../../ui/form/search-box.tsx';
import { lazyPart, PartMissing } from '../../ui/lazy-part.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { hasUserFilters } from '../../url/filters.ts';
import { listOf, readShared, type UsersSearch } from '../../url/page-search.ts';
import { SampleNotice } from './sample-notice.tsx';
import { UserList } from './user-list.tsx';
import { EmptyUsersList } from './empty-users-list.tsx';
import './users.css';
import { usePageSearch } from '../../url/use-page-search.ts';
import { plural } from '../../format/count.ts';

const FirstSpan = lazyPart(
  () => import('../connect/first-span.tsx').then((module) => module.FirstSpan),
  PartMissing,
);
const WhatChanged = lazyPart(
  () => import('../../scope/what-changed.tsx').then((module) => module.WhatChanged),
  PartMissing,
);
const UserPeek = lazyPart(() => import('./user-peek.tsx').then((module) => module.UserPeek), PeekMissing);

/** Shown if the code for the figures of a user could not be loaded. */
function PeekMissing({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactElement {
  return (
    <aside className="side-sheet" aria-label={`User ${id}`}>
      <div className="stack peek">
        <PartMissing />
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </aside>
  );
}

const bandPlace = <div className="band-place" />;

/** The landing page: users and their costs. */
export function UsersPage(): ReactElement {
  const search = usePageSearch('/');
  const navigate = useNavigate({ from: '/' });
  const scope = useScope(search);
  const summary = useQuery({ ...summaryQuery(scope.query), placeholderData: keepPreviousData });
  const isWithoutSummary = summary.isError && summary.data === undefined;
  const shared = useMemo(() => readShared(search), [search]);
  const list = listOf(search);
  const change = (next: Partial<UsersSearch>): void => {
    void navigate({ search: (now) => ({ ...now, ...next }), replace: true, resetScroll: false });
  };
  if (summary.data?.empty === true) {
    return (
      <Suspense>
        <FirstSpan />
      </Suspense>
    );
  }
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Users" />
        <h1>Users</h1>
        <RangePicker />
      </div>
      <ScopeBar search={search}>
        <SearchBox
          label="Search users by id, name or email"
          placeholder="Search users"
          value={search.q ?? ''}
          onSearch={(text) => change({ q: text === '' ? undefined : text })}
        />
      </ScopeBar>
      {summary.data?.sample === true && <SampleNotice />}
      {summary.data !== undefined && <MisdatedNotice misdated={summary.data.misdated} />}
      {summary.isError && (
        <FailureNotice what="The summary" error={summary.error} onRetry={() => void summary.refetch()} />
      )}
      {!isWithoutSummary && (
        <ScopeStrip
          summary={summary.data}
          isStale={summary.isPlaceholderData}
          shared={shared}
          isOfUsers={hasUserFilters(search)}
        />
      )}
      {/* The collector works on what is above and below first. */}
      <Suspense fallback={bandPlace}>
        {summary.data === undefined && !isWithoutSummary ? (
          bandPlace
        ) : (
          <WhatChanged scope={scope} shared={shared} />
        )}
      </Suspense>
      <ScopeChart search={search} scope={scope} />
      <UserList
        scope={scope.query}
        search={search}
        shared={shared}
        list={list}
        look={{ open: search.open, onLook: (id) => change({ open: id }) }}
        pinned={pinUnattributed(summary.data, shared)}
        empty={<EmptyUsersList search={search} unattributed={summary.data?.unattributed.calls ?? 0} />}
      />
      {search.open !== undefined && (
        <Suspense>
          <UserPeek id={search.open} list={list} onClose={() => change({ open: undefined })} />
        </Suspense>
      )}
    </div>
  );
}

/** Says how many calls have impossible dates, since ranges that end now do not include all of them. */
function MisdatedNotice({ misdated }: Pick<Summary, 'misdated'>): ReactElement | null {
  const { future, past } = misdated;
  if (future === 0 && past === 0) return null;
  const parts = [
    ...(future === 0 ? [] : [`${plural(future, 'call')} dated in the future`]),
    ...(past === 0 ? [] : [`${plural(past, 'call')} dated before 2015`]),
  ];
  return (
    <div className="note" role="note">
      <strong className="warn">Wrong clock</strong> {parts.join(' and ')}. They count in ranges with their
      dates, such as “All time”. Correct the clock of the service that sent them.
    </div>
  );
}
