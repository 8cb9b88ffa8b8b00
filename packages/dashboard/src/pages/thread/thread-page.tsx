import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import type { TraceSpan } from '../../api/calls.ts';
import { threadQuery, type ThreadDetail, type Turn } from '../../api/threads.ts';
import { tokensOf } from '../../api/figures.ts';
import { formatCompact, plural } from '../../format/count.ts';
import { formatDuration } from '../../format/time.ts';
import { Ago } from '../../ui/ago.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Money } from '../../ui/money.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatStrip } from '../../ui/stat-strip.tsx';
import { readShared, type SharedSearch } from '../../url/page-search.ts';
import { MessageLine } from './message-line.tsx';
import { readMessages } from './messages.ts';
import './thread.css';

/** One conversation, turn by turn, with what each turn cost. */
export function ThreadPage(): ReactElement {
  const search = useSearch({ from: '/thread' });
  const thread = useQuery(threadQuery(search.id));
  const shared = readShared(search);
  return (
    <div className="page">
      <div className="page-head">
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
  const steps = useMemo(() => stepsOf(thread), [thread]);
  const captured = thread.calls.some(
    (turn) => turn.messages?.input !== undefined || turn.messages?.output !== undefined,
  );
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
          { label: 'Turns', value: thread.calls.length },
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
      {!captured && (
        <p className="note">
          What was said is not captured. Content is off until{' '}
          <code>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true</code> is set where the application
          runs.
        </p>
      )}
      <ol className="turns">
        {steps.map((step) =>
          'run' in step ? (
            <RunLine key={`run ${step.run.spanId}`} run={step.run} />
          ) : (
            <TurnCard key={step.turn.spanId} turn={step.turn} shared={shared} />
          ),
        )}
      </ol>
      {thread.calls.length >= 1000 && <p className="note">Only the first 1,000 calls are shown.</p>}
    </>
  );
}

type Step = { readonly at: number; readonly run: TraceSpan } | { readonly at: number; readonly turn: Turn };

/** Runs and calls in the order they began, a run before the calls it made. */
function stepsOf(thread: ThreadDetail): readonly Step[] {
  const runs = thread.runs.map((run): Step => ({ at: Date.parse(run.at), run }));
  const turns = thread.calls.map((turn): Step => ({ at: Date.parse(turn.at), turn }));
  return [...runs, ...turns].sort((a, b) => a.at - b.at);
}

function RunLine({ run }: { readonly run: TraceSpan }): ReactElement {
  return (
    <li className="run-line">
      <span className="badge">{run.operation ?? 'run'}</span>
      <strong>{run.name}</strong>
      <span className="faint">{formatDuration(run.durationMs)}</span>
    </li>
  );
}

function TurnCard({ turn, shared }: { readonly turn: Turn; readonly shared: SharedSearch }): ReactElement {
  // A model is sent the whole conversation each time: only what is new in this turn is shown, the last message.
  const input = readMessages(turn.messages?.input, 'user').slice(-1);
  const output = readMessages(turn.messages?.output, 'assistant');
  return (
    <li className="card turn">
      <div className="turn-head">
        <Link to="/call" search={{ ...shared, trace: turn.traceId, span: turn.spanId }} className="link">
          {turn.model ?? turn.requestModel ?? 'unknown model'}
        </Link>
        <span className="faint">
          <Ago time={turn.at} />
        </span>
        {turn.error !== null && (
          <span className="badge bad" title={turn.error}>
            error
          </span>
        )}
        <span className="turn-figures">
          <span className="muted">{plural(turn.inputTokens + turn.outputTokens, 'token')}</span>
          <Money cost={turn.cost} costExact={turn.costExact} reason={turn.unpriced ?? undefined} />
        </span>
      </div>
      {[...input, ...output].map((message, at) => (
        <MessageLine key={`${at} ${message.role}`} message={message} />
      ))}
    </li>
  );
}
