import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ThreadDetail } from '../../api/threads.ts';
import { tokensOf } from '../../api/figures.ts';
import { formatCompact, formatCount, plural } from '../../format/count.ts';
import { formatMoment, formatTimeOfDay } from '../../format/time.ts';
import { Ago } from '../../ui/time/ago.tsx';
import { Avatar } from '../../ui/avatar/avatar.tsx';
import { FeedbackLine } from '../../ui/feedback-line.tsx';
import { Cost, Money } from '../../ui/money.tsx';
import type { SharedSearch } from '../../url/page-search.ts';
import { turnId } from './transcript-view.tsx';
import type { Transcript, TranscriptTurn } from './transcript.ts';

/** The column beside a conversation with its user, cost and turns. */
export function ThreadAside(props: {
  readonly thread: ThreadDetail;
  readonly transcript: Transcript;
  readonly shared: SharedSearch;
}): ReactElement {
  const { thread, transcript, shared } = props;
  return (
    <aside className="thread-aside" aria-label="About the thread">
      <section className="card card-body thread-facts">
        <Owner thread={thread} shared={shared} />
        <dl className="facts">
          <dt>Cost</dt>
          <dd>
            <Cost of={thread} />
          </dd>
          <dt>Calls</dt>
          <dd>
            {formatCount(thread.callCount)}
            {thread.errors > 0 && <span className="bad"> · {formatCount(thread.errors)} failed</span>}
          </dd>
          <dt>Tokens</dt>
          <dd>{formatCompact(tokensOf(thread))}</dd>
          <dt>Started</dt>
          <dd>{formatMoment(Date.parse(thread.firstSeen))}</dd>
          <dt>Last call</dt>
          <dd>
            <Ago time={thread.lastSeen} />
          </dd>
        </dl>
        {thread.users.length > 1 && (
          <p className="note">
            {thread.users.length} users took part in this thread:{' '}
            {thread.users.map((id, at) => (
              <span key={id} className="thread-member">
                <Link to="/user" search={{ ...shared, id }} className="link truncate" data-tip={id}>
                  <bdi>{id}</bdi>
                </Link>
                {at < thread.users.length - 1 ? ', ' : '.'}
              </span>
            ))}
          </p>
        )}
      </section>
      {transcript.feedback.length > 0 && (
        <section className="card" aria-label="Feedback on the thread">
          <div className="card-head">
            <h2>Feedback on the thread</h2>
          </div>
          <div className="card-body">
            {transcript.feedback.map((one) => (
              <FeedbackLine key={`${one.traceId} ${one.spanId}`} feedback={one} shared={shared} />
            ))}
          </div>
        </section>
      )}
      <nav className="card" aria-label="Turns">
        <div className="card-head">
          <h2>{plural(transcript.turns.length, 'turn')}</h2>
        </div>
        <ol className="turn-list">
          {transcript.turns.map((turn, number) => (
            <TurnLine key={turn.traceId} turn={turn} number={number} />
          ))}
        </ol>
      </nav>
    </aside>
  );
}

function Owner({
  thread,
  shared,
}: {
  readonly thread: ThreadDetail;
  readonly shared: SharedSearch;
}): ReactElement {
  const { userId, name } = thread;
  if (userId === null) {
    return <p className="faint">No user is known for this thread.</p>;
  }
  return (
    <div className="row">
      <Avatar id={userId} name={name ?? undefined} picture={undefined} size={32} />
      <div className="thread-owner">
        <Link to="/user" search={{ ...shared, id: userId }} className="link truncate">
          {name ?? userId}
        </Link>
        {name !== null && <code className="faint truncate">{userId}</code>}
      </div>
    </div>
  );
}

function TurnLine({
  turn,
  number,
}: {
  readonly turn: TranscriptTurn;
  readonly number: number;
}): ReactElement {
  const go = (): void => {
    const element = document.querySelector<HTMLElement>(`#${turnId(number)}`);
    element?.scrollIntoView({ block: 'start' });
    element?.focus({ preventScroll: true });
  };
  return (
    <li>
      <button type="button" className="turn-line" onClick={go}>
        <span>Turn {number + 1}</span>
        <span className="faint number">{formatTimeOfDay(turn.startMs)}</span>
        {turn.errors > 0 && <span className="badge bad">{plural(turn.errors, 'error')}</span>}
        <span className="turn-cost number">
          <Money
            cost={turn.costExact === null ? null : Number(turn.costExact)}
            costExact={turn.costExact}
            unpricedCalls={turn.unpricedCalls}
          />
        </span>
      </button>
    </li>
  );
}
