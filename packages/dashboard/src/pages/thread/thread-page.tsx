import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import { threadQuery, type ThreadDetail } from '../../api/threads.ts';
import { tokensOf } from '../../api/figures.ts';
import { NotFound } from '../../app/not-found.tsx';
import { formatCompact, formatCount } from '../../format/count.ts';
import { Ago } from '../../ui/ago.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Money } from '../../ui/money.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatStrip } from '../../ui/stat-strip.tsx';
import { readShared, type SharedSearch, type ThreadSearch } from '../../url/page-search.ts';
import './thread.css';
import { TurnCard } from './turn-card.tsx';
import { turnsOf } from './turns.ts';
import { PageTitle } from '../../ui/page-title.tsx';

/** One conversation, turn by turn, with what each turn cost. */
export function ThreadPage(): ReactElement {
  const search = useSearch({ from: '/thread' });
  return search.id === '' ? <NotFound /> : <ThreadView search={search} />;
}

function ThreadView({ search }: { readonly search: ThreadSearch }): ReactElement {
  const thread = useQuery(threadQuery(search.id));
  const shared = readShared(search);
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title={`Thread ${search.id}`} />
        <div className="row">
          <Link to="/threads" search={shared} className="link">
            Threads
          </Link>
          <span className="faint">/</span>
          <h1 className="mono truncate">{search.id}</h1>
          <CopyButton text={search.id} label="Copy thread id" />
        </div>
      </div>
      {thread.isError && (
        <FailureNotice what="The thread" error={thread.error} onRetry={() => void thread.refetch()} />
      )}
      {thread.isPending && <SkeletonRows />}
      {thread.data !== undefined && <Conversation thread={thread.data} shared={shared} />}
    </div>
  );
}

function Conversation(props: { readonly thread: ThreadDetail; readonly shared: SharedSearch }): ReactElement {
  const { thread, shared } = props;
  const turns = useMemo(() => turnsOf(thread), [thread]);
  const captured = turns.some((turn) => turn.said.length > 0);
  return (
    <>
      <StatStrip
        stats={[
          {
            label: 'User',
            value:
              thread.userId === null ? (
                <span className="faint">unattributed</span>
              ) : (
                <Link to="/user" search={{ ...shared, id: thread.userId }} className="link">
                  {thread.name ?? thread.userId}
                </Link>
              ),
          },
          { label: 'Turns', value: formatCount(turns.length) },
          { label: 'Calls', value: formatCount(thread.callCount) },
          { label: 'Tokens', value: formatCompact(tokensOf(thread)) },
          {
            label: 'Cost',
            value: (
              <Money cost={thread.cost} costExact={thread.costExact} unpricedCalls={thread.unpricedCalls} />
            ),
          },
          { label: 'Started', value: <Ago time={thread.firstSeen} /> },
          { label: 'Last call', value: <Ago time={thread.lastSeen} /> },
        ]}
      />
      {thread.users.length > 1 && (
        <p className="note">
          {thread.users.length} users took part in this thread: {thread.users.join(', ')}.
        </p>
      )}
      {!captured && (
        <p className="note">
          What was said is not captured. Content is off until{' '}
          <code>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true</code> is set where the application
          runs.
        </p>
      )}
      <ol className="turns">
        {turns.map((turn, at) => (
          <TurnCard key={turn.traceId} turn={turn} number={at + 1} shared={shared} />
        ))}
      </ol>
      {thread.callCount > thread.calls.length && (
        <p className="note">
          The oldest {formatCount(thread.calls.length)} of {formatCount(thread.callCount)} calls are shown.
        </p>
      )}
    </>
  );
}
