import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { plainValue } from '../../format/plain-value.ts';
import { Link } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import { callQuery, traceQuery, type CallDetail, type TraceSpan } from '../../api/calls.ts';
import { ApiFailure } from '../../api/failure.ts';
import { NotFound } from '../../app/not-found.tsx';
import { formatCompact, formatCount } from '../../format/count.ts';
import { nameInText } from '../../format/direction-marks.ts';
import { Ago } from '../../ui/time/ago.tsx';
import { FeedbackLine } from '../../ui/feedback-line.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { StatStrip } from '../../ui/stat-strip.tsx';
import { readShared, type CallSearch } from '../../url/page-search.ts';
import { CallContent } from '../thread/call-content.tsx';
import './call.css';
import { CallAttempts, CallFailure, CallTime } from './call-failure.tsx';
import { CallMoney } from './call-money.tsx';
import { CostSheet } from './cost-sheet.tsx';
import { WaterfallView } from './waterfall-view.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** One call: its cost and how it is calculated, its trace, and all attributes of its span. */
export function CallPage(): ReactElement {
  const search = usePageSearch('/call');
  return search.trace === '' || search.span === '' ? <NotFound /> : <CallOfSearch search={search} />;
}

function CallOfSearch({ search }: { readonly search: CallSearch }): ReactElement {
  const call = useQuery(callQuery(search.trace, search.span));
  const isMissing = call.error instanceof ApiFailure && call.error.status === 404;
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title={`Call ${search.span}`} />
        <div className="row">
          <span className="faint">Call</span>
          <span className="faint">/</span>
          <h1 className="mono truncate">{search.span}</h1>
          <CopyButton text={search.span} label="Copy span id" />
        </div>
      </div>
      {isMissing && (
        <div className="card nothing">
          <strong>No call has these ids.</strong>
          <span>It may have been erased with its user, or deleted by retention.</span>
        </div>
      )}
      {call.isError && !isMissing && (
        <FailureNotice what="The call" error={call.error} onRetry={() => void call.refetch()} />
      )}
      {call.isPending && <SkeletonRows />}
      {call.data !== undefined && <CallView call={call.data} search={search} />}
    </div>
  );
}

const attributions = {
  own: 'set on the call',
  ancestor: 'set on an enclosing span',
  resource: 'set on the resource of its process',
  trace: 'the only user of its trace',
} as const;

/** Loads the spans of a call's trace page by page, because a trace may have tens of thousands. */
function useTrace(call: CallDetail): {
  readonly spans: readonly TraceSpan[];
  readonly onMore: (() => void) | undefined;
  readonly onRetry: () => void;
  readonly isLoading: boolean;
  readonly error: Error | null;
} {
  const more = useInfiniteQuery(traceQuery(call.traceId, call.traceNextCursor));
  const { data, fetchNextPage, isFetching, error } = more;
  const spans = useMemo(() => {
    const byId = new Map(call.trace.map((span) => [span.spanId, span]));
    for (const page of data?.pages ?? []) for (const span of page.spans) byId.set(span.spanId, span);
    return [...byId.values()];
  }, [call.trace, data]);
  const hasMore = data === undefined ? call.traceNextCursor !== null : more.hasNextPage;
  const load = (): void => void fetchNextPage();
  return { spans, onMore: hasMore ? load : undefined, onRetry: load, isLoading: isFetching, error };
}

function CallView({
  call,
  search,
}: {
  readonly call: CallDetail;
  readonly search: CallSearch;
}): ReactElement {
  const shared = readShared(search);
  const at = search.at ?? call.spanId;
  const trace = useTrace(call);
  const span = trace.spans.find((one) => one.spanId === at);
  return (
    <>
      <CallFailure call={call} />
      <CallAttempts call={call} search={search} />
      <StatStrip
        stats={[
          {
            label: 'Cost',
            value: <CallMoney call={call} />,
          },
          { label: 'Model', value: call.model ?? call.requestModel ?? '—', hint: call.provider ?? undefined },
          {
            label: 'User',
            hint: call.attributedBy === null ? undefined : attributions[call.attributedBy],
            value:
              call.userId === null ? (
                <Link to="/unattributed" search={shared} className="faint">
                  unattributed
                </Link>
              ) : (
                <Link to="/user" search={{ ...shared, id: call.userId }} className="link">
                  {call.userId}
                </Link>
              ),
          },
          {
            label: 'Tokens',
            value: `${formatCompact(call.inputTokens)} → ${formatCompact(call.outputTokens)}`,
            hint: `${formatCount(call.inputTokens)} in, ${formatCount(call.outputTokens)} out; ${formatCount(call.cachedTokens)} of the input came from the cache`,
          },
          { label: 'Took', value: <CallTime call={call} /> },
          { label: 'When', value: <Ago time={call.at} /> },
        ]}
      />
      <div className="call-columns">
        <section className="card" aria-label="Cost">
          <div className="card-head">
            <h2>How the cost adds up</h2>
          </div>
          <div className="card-body">
            <CostSheet call={call} />
          </div>
        </section>
        <section className="card" aria-label="About">
          <div className="card-head">
            <h2>About</h2>
          </div>
          <div className="card-body">
            <CallFacts call={call} search={search} />
          </div>
        </section>
      </div>
      <section className="card" aria-label="Trace">
        <div className="card-head">
          <h2>Trace</h2>
          <span className="row faint">
            <code className="truncate">{call.traceId}</code>
            <CopyButton text={call.traceId} label="Copy trace id" />
          </span>
        </div>
        <div className="card-body">
          <WaterfallView {...trace} search={search} at={at} spanCount={call.traceSpanCount} />
          {trace.error !== null && (
            <FailureNotice what="More of the trace" error={trace.error} onRetry={trace.onRetry} />
          )}
        </div>
      </section>
      {call.feedback.length > 0 && (
        <section className="card" aria-label="Feedback">
          <div className="card-head">
            <h2>Feedback</h2>
          </div>
          <div className="card-body stack">
            {call.feedback.map((one) => (
              <FeedbackLine
                key={`${one.traceId} ${one.spanId}`}
                feedback={one}
                shared={shared}
                showsUser
                about={one.targetId === `${call.traceId}-${call.spanId}` ? 'on this call' : 'on its trace'}
              />
            ))}
          </div>
        </section>
      )}
      <CallContent messages={call.messages} />
      <section className="card" aria-label="Attributes">
        <div className="card-head">
          <h2>
            Attributes{span !== undefined && span.spanId !== call.spanId && ` of ${nameInText(span.name)}`}
          </h2>
        </div>
        <div className="card-body">
          <AttributesView attributes={at === call.spanId ? call.attributes : (span?.attributes ?? {})} />
        </div>
      </section>
    </>
  );
}

function CallFacts({
  call,
  search,
}: {
  readonly call: CallDetail;
  readonly search: CallSearch;
}): ReactElement {
  const shared = readShared(search);
  return (
    <dl className="facts">
      <dt>Operation</dt>
      <dd>{call.operation ?? '—'}</dd>
      <dt>Provider</dt>
      <dd>{call.provider ?? '—'}</dd>
      <dt>Service</dt>
      <dd>{call.service ?? '—'}</dd>
      {call.requestModel !== null && call.requestModel !== call.model && (
        <>
          <dt>Asked for</dt>
          <dd>{call.requestModel}</dd>
        </>
      )}
      {call.userId !== null && (
        <>
          <dt>Source of the user</dt>
          <dd>
            {call.attributedBy === null ? '—' : attributions[call.attributedBy]}
            {call.userClaimed && <span className="badge warn call-badge">claimed by a browser</span>}
          </dd>
        </>
      )}
      <dt>Thread</dt>
      <dd className="truncate">
        {call.threadId === null ? (
          '—'
        ) : (
          <Link to="/thread" search={{ ...shared, id: call.threadId }} className="link mono">
            {call.threadId}
          </Link>
        )}
      </dd>
      <dt>Response id</dt>
      {call.responseId === null ? <dd>—</dd> : <dd className="truncate mono">{call.responseId}</dd>}
      {call.tags.length > 0 && (
        <>
          <dt>Tags</dt>
          <dd className="row wrap">
            {call.tags.map((tag) => (
              <span key={tag} className="badge">
                <span className="truncate">{tag}</span>
              </span>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

/** Attributes sorted by name. */
function AttributesView(props: { readonly attributes: Readonly<Record<string, unknown>> }): ReactElement {
  const entries = Object.entries(props.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return <p className="muted">No attributes.</p>;
  return (
    <dl className="attributes">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt className="mono">{name}</dt>
          <dd>
            <ScrollRegion className="attribute-value mono" label={`Value of ${name}`}>
              {plainValue(value)}
            </ScrollRegion>
          </dd>
        </div>
      ))}
    </dl>
  );
}
