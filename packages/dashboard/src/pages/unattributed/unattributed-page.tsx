import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { callsQuery } from '../../api/calls.ts';
import { apiPath } from '../../api/request.ts';
import { summaryQuery, type UnattributedSource } from '../../api/summary.ts';
import { formatShare, plural } from '../../format/count.ts';
import { EmptyList } from '../../list/empty-list.tsx';
import { useInfiniteRows } from '../../list/use-infinite-rows.ts';
import { RangePicker } from '../../range/range-picker.tsx';
import { ScopeBar } from '../../scope/scope-bar.tsx';
import { useScope } from '../../scope/use-scope.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { Cost } from '../../ui/money.tsx';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { isCallFilter, valuesOf } from '../../url/filters.ts';
import { readShared, type SharedSearch } from '../../url/page-search.ts';
import { userScopeQuery } from '../../url/scope.ts';
import { CallsCsv, CallsTable } from '../call/calls-table.tsx';
import { MarkAsSystem, SystemCard } from './system-card.tsx';
import './unattributed.css';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** Calls without a user: their sources, and the line of code that would set the user. */
export function UnattributedPage(): ReactElement {
  const search = usePageSearch('/unattributed');
  const scope = useScope(search);
  // Only filters on calls apply. Filters on users would exclude all calls of this page.
  const query = userScopeQuery(search, scope.range);
  const summary = useQuery({ ...summaryQuery(query), placeholderData: keepPreviousData });
  const request = { ...query, attributed: 'false' };
  const { pages, ...list } = useInfiniteRows(callsQuery(request));
  const { data } = summary;
  // Calls of a system service are only listed if the filter names the service.
  const isOfService = valuesOf(search.service).length > 0 && (data?.system.calls ?? 0) > 0;
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Unattributed" />
        <h1>Unattributed</h1>
        <RangePicker />
      </div>
      <p className="page-lead">
        Calls without a known user. They count for no user until one line in the service that makes them names
        the user.
        {data !== undefined && data.unattributed.calls > 0 && (
          <>
            {' '}
            Here they are {formatShare(data.unattributed.calls, data.calls)} of the calls
            {data.unattributed.cost !== null && data.cost !== null && data.cost > 0 && (
              <> and {formatShare(data.unattributed.cost, data.cost)} of the spend</>
            )}
            .
          </>
        )}
      </p>
      <ScopeBar
        search={search}
        inertBecause={(name) => (isCallFilter(name) ? undefined : 'These calls have no user to filter by.')}
      />
      {summary.isError && (
        <FailureNotice what="The sources" error={summary.error} onRetry={() => void summary.refetch()} />
      )}
      {summary.isPending && <SkeletonRows rows={4} />}
      {data?.calls === 0 && (
        <div className="card">
          <EmptyList what="calls" filters="calls" />
        </div>
      )}
      {data !== undefined && data.calls > 0 && data.unattributed.calls === 0 && (
        <div className="card nothing">
          <strong>
            {data.system.calls > 0
              ? 'Every matching call has a user or is a system call.'
              : 'Every matching call has a user.'}
          </strong>
        </div>
      )}
      {data?.unattributedBy.map((source) => (
        <Source
          key={`${source.service} ${source.operation} ${source.scope}`}
          source={source}
          shared={readShared(search)}
        />
      ))}
      {data !== undefined && <SystemCard usage={data.systemBy} shared={readShared(search)} />}
      {(summary.isError || (data !== undefined && (data.unattributed.calls > 0 || isOfService))) && (
        <section className="card" aria-label="Calls" id="calls">
          <div className="card-head">
            <h2>Calls</h2>
            <CallsCsv path={apiPath(['calls'], request)} />
          </div>
          <CallsTable calls={pages} {...list} shared={readShared(search)} hide={['user']} />
        </section>
      )}
    </div>
  );
}

function Source(props: { readonly source: UnattributedSource; readonly shared: SharedSearch }): ReactElement {
  const { source, shared } = props;
  const { service, operation, scope, fix } = source;
  return (
    <section
      className="card source"
      aria-label={`${service ?? 'unknown service'}, ${operation ?? 'any operation'}`}
    >
      <div className="source-head">
        <h2>{service ?? 'unknown service'}</h2>
        <span className="muted">
          {operation ?? 'any operation'}
          {scope !== null && <span className="faint"> · {scope}</span>}
        </span>
        <span className="source-figures">
          {service === null ? (
            <span className="muted">{plural(source.calls, 'call')}</span>
          ) : (
            <Link
              to="/unattributed"
              search={{
                ...shared,
                service: [service],
                ...(operation === null ? {} : { operation: [operation] }),
              }}
              hash="calls"
              className="link"
            >
              {plural(source.calls, 'call')}
            </Link>
          )}
          <Cost of={source} />
        </span>
      </div>
      <CodeBlock text={fix} label="the line that names the user" />
      {service !== null && (
        <div className="row">
          <MarkAsSystem service={service} />
        </div>
      )}
    </section>
  );
}
