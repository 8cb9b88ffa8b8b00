import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement, type ReactNode } from 'react';
import { ApiFailure } from '../../api/failure.ts';
import { subjectQuery } from '../../api/rollups.ts';
import { summaryQuery } from '../../api/summary.ts';
import { EmptyList } from '../../list/empty-list.tsx';
import { pinUnattributed } from '../../list/unattributed-row.tsx';
import { RangePicker } from '../../range/range-picker.tsx';
import { ScopeBar } from '../../scope/scope-bar.tsx';
import { ScopeChart } from '../../scope/scope-chart.tsx';
import { ScopeStrip } from '../../scope/scope-strip.tsx';
import { WhatChanged } from '../../scope/what-changed.tsx';
import { useScope } from '../../scope/use-scope.ts';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { hasUserFilters } from '../../url/filters.ts';
import {
  listOf,
  readShared,
  readUsersSearch,
  type SharedSearch,
  type SubjectSearch,
} from '../../url/page-search.ts';
import type { Part, Split } from '../../url/pages.ts';
import { RollupList } from '../rollups/rollup-list.tsx';
import { UserList } from '../users/user-list.tsx';
import '../users/users.css';
import { SubjectFacts } from './subject-facts.tsx';

/** The subject of a page, which is one value of a filter. */
export interface Subject {
  readonly filter: 'group' | 'tag';
  /** The list of the API with a row for the subject. */
  readonly kind: 'groups' | 'tags';
  /** The noun for it: `group`. */
  readonly noun: string;
  /** Title of the list of its users. */
  readonly users: string;
  readonly parts: readonly Part[];
  readonly splits: readonly Split[];
}

const partLabels: Readonly<Record<Exclude<Part, 'users'>, string>> = {
  groups: 'Groups',
  models: 'Models',
  tags: 'Features',
  services: 'Services',
};

/** The page of one group or feature: figures, cost over time, and breakdowns. */
export function SubjectPage(props: {
  readonly subject: Subject;
  readonly id: string;
  readonly search: SubjectSearch;
  readonly budget?: { readonly usd: number; readonly text: string } | undefined;
  /** Additional figures, such as the margin. */
  readonly figures?: ReactNode;
}): ReactElement {
  const { subject, id, search, budget, figures } = props;
  const { filter, kind, noun, users, parts, splits } = subject;
  const navigate = useNavigate();
  const fixed = useMemo(() => ({ [filter]: id }), [filter, id]);
  const scope = useScope(search, fixed);
  const summary = useQuery({ ...summaryQuery(scope.query), placeholderData: keepPreviousData });
  const shared = useMemo(() => ({ ...readShared(search), ...fixed }), [search, fixed]);
  const list = useMemo(
    () => listOf(readUsersSearch({ ...shared, sort: search.sort, order: search.order })),
    [shared, search.sort, search.order],
  );
  const subjectOfProject = useQuery(subjectQuery(kind, id));
  const isMissing = subjectOfProject.error instanceof ApiFailure && subjectOfProject.error.status === 404;
  const part = parts.find((known) => known === search.list) ?? 'users';
  const choice = (
    <Segments
      label="What is listed"
      value={part}
      choices={parts.map((key) => ({ key, label: key === 'users' ? users : partLabels[key] }))}
      onChange={(key) =>
        void navigate({
          to: '.',
          // Each list has its own columns and sort keys.
          search: (now) => ({
            ...now,
            list: key === 'users' ? undefined : key,
            sort: undefined,
            order: undefined,
            columns: undefined,
          }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
  const figuresOfSubject = (
    <>
      {summary.isError && (
        <FailureNotice what="The summary" error={summary.error} onRetry={() => void summary.refetch()} />
      )}
      {(!summary.isError || summary.data !== undefined) && (
        <ScopeStrip
          summary={summary.data}
          isStale={summary.isPlaceholderData}
          shared={shared}
          isOfUsers={hasUserFilters({ ...search, ...fixed })}
        />
      )}
      <SubjectFacts kind={kind} id={id} scope={scope.query}>
        {figures}
      </SubjectFacts>
      <WhatChanged scope={scope} shared={shared} />
      <ScopeChart search={search} scope={scope} by={splits} budget={budget} />
      {part === 'users' ? (
        <UserList
          scope={scope.query}
          search={search}
          shared={shared}
          list={list}
          pinned={pinUnattributed(summary.data, shared)}
          empty={<EmptyList what="users" />}
        >
          {choice}
        </UserList>
      ) : (
        <RollupList key={part} kind={part} scope={scope.query} search={search} shared={shared}>
          {choice}
        </RollupList>
      )}
    </>
  );
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title={id} />
        <h1 className="subject-title">
          <span className="faint">{noun}</span>
          <span className="truncate" dir="auto" data-tip={id}>
            {id}
          </span>
        </h1>
        <RangePicker />
      </div>
      <ScopeBar
        search={search}
        about={fixed}
        inertBecause={(name) =>
          name === filter ? `This page is about one ${noun.toLowerCase()}.` : undefined
        }
      />
      {isMissing ? <MissingSubject subject={subject} shared={readShared(search)} /> : figuresOfSubject}
    </div>
  );
}

/** Says that the project has no such group or feature, and where to find those that it has. */
function MissingSubject(props: { readonly subject: Subject; readonly shared: SharedSearch }): ReactElement {
  const { subject, shared } = props;
  const isGroup = subject.kind === 'groups';
  return (
    <div className="card nothing">
      <strong>No calls of this {subject.noun.toLowerCase()} in this project.</strong>
      <span>
        {isGroup
          ? 'Check its name and the project. The attribute userspan.user.group names the group of a user.'
          : 'Check its name and the project. The attribute userspan.tags names the features of a call.'}
      </span>
      <Link to={isGroup ? '/groups' : '/features'} search={shared} className="link">
        {isGroup ? 'Show all groups' : 'Show all features'}
      </Link>
    </div>
  );
}
