import { Link } from '@tanstack/react-router';
import { Fragment, type ReactElement } from 'react';
import { formatErrorType } from '../../format/error-type.ts';
import { plural } from '../../format/count.ts';
import { formatDay, formatDuration, formatGap, formatTimeOfDay } from '../../format/time.ts';
import { FeedbackLine } from '../../ui/feedback-line.tsx';
import { Moment } from '../../ui/time/moment.tsx';
import type { SharedSearch } from '../../url/page-search.ts';
import { CallMoney } from '../call/call-money.tsx';
import { MessageText } from './message-text.tsx';
import { ToolEntryLine } from './tool-entry-line.tsx';
import './transcript.css';
import type { Entry, FailureEntry, MessageEntry, TranscriptTurn } from './transcript.ts';

/** Minimum length of a pause that is shown. */
const pauseMs = 60_000;

/** Shows the messages and tool calls of a conversation in order with their times. */
export function TranscriptView(props: {
  readonly turns: readonly TranscriptTurn[];
  readonly shared: SharedSearch;
  /** Whether messages are shown as plain text. */
  readonly isPlain: boolean;
}): ReactElement {
  const { turns, shared, isPlain } = props;
  let before: number | undefined;
  return (
    <ol className="transcript">
      {turns.map((turn, number) => (
        <li key={turn.traceId} id={turnId(number)} className="transcript-turn" tabIndex={-1}>
          {turn.entries.map((entry, at) => {
            const gap = <Gap fromMs={before} toMs={entry.atMs} />;
            before = entry.atMs;
            return (
              <Fragment key={`${at} ${entry.kind}`}>
                {gap}
                <EntryView entry={entry} shared={shared} isPlain={isPlain} />
              </Fragment>
            );
          })}
        </li>
      ))}
    </ol>
  );
}

/** The element id of a turn, for links. */
export function turnId(number: number): string {
  return `turn-${number + 1}`;
}

/** Shows the date when a new day begins, and the length of a long pause. */
function Gap({
  fromMs,
  toMs,
}: {
  readonly fromMs: number | undefined;
  readonly toMs: number;
}): ReactElement | null {
  const isNewDay = fromMs === undefined || formatDay(fromMs) !== formatDay(toMs);
  const isPause = fromMs !== undefined && toMs - fromMs >= pauseMs;
  if (!isNewDay && !isPause) return null;
  return (
    <p className="transcript-gap faint">
      {isPause && <span>{formatGap(toMs - fromMs)} later</span>}
      {isNewDay && <span>{formatDay(toMs)}</span>}
    </p>
  );
}

function EntryView(props: {
  readonly entry: Entry;
  readonly shared: SharedSearch;
  readonly isPlain: boolean;
}): ReactElement {
  const { entry, shared, isPlain } = props;
  if (entry.kind === 'message') return <MessageView entry={entry} shared={shared} isPlain={isPlain} />;
  if (entry.kind === 'tool') return <ToolEntryLine entry={entry} shared={shared} />;
  if (entry.kind === 'failure') return <FailureView entry={entry} shared={shared} />;
  return (
    <div className="transcript-entry">
      <span />
      <p className="transcript-placeholder">No answer was recorded.</p>
    </div>
  );
}

function MessageView(props: {
  readonly entry: MessageEntry;
  readonly shared: SharedSearch;
  readonly isPlain: boolean;
}): ReactElement {
  const { entry, shared, isPlain } = props;
  const { role, text, call, isRetry, feedback } = entry;
  const isAnswer = role === 'assistant' || role === 'model';
  return (
    <article className={isAnswer ? 'transcript-entry answer' : 'transcript-entry'}>
      <Moment atMs={entry.atMs} />
      <div className="transcript-main">
        <p className="transcript-role">
          <strong className="truncate">{role}</strong>
          {isRetry && <span className="badge">sent again</span>}
          {call !== undefined && <CallNote call={call} shared={shared} />}
        </p>
        {text === undefined ? (
          <p className="transcript-placeholder">
            {isAnswer ? 'The answer is not stored.' : 'The message is not stored.'}
          </p>
        ) : (
          <MessageText text={text} isPlain={isPlain} />
        )}
        {feedback.map((one) => (
          <FeedbackLine key={`${one.traceId} ${one.spanId}`} feedback={one} shared={shared} />
        ))}
      </div>
    </article>
  );
}

function CallNote(props: {
  readonly call: NonNullable<MessageEntry['call']>;
  readonly shared: SharedSearch;
}): ReactElement {
  const { call, shared } = props;
  return (
    <span className="transcript-note faint">
      <Link
        to="/call"
        search={{ ...shared, trace: call.traceId, span: call.spanId }}
        className="link truncate"
      >
        {call.model ?? call.requestModel ?? 'unknown model'}
      </Link>
      <span>{formatDuration(call.durationMs)}</span>
      <span>{plural(call.inputTokens + call.outputTokens, 'token')}</span>
      <CallMoney call={call} />
    </span>
  );
}

function FailureView(props: { readonly entry: FailureEntry; readonly shared: SharedSearch }): ReactElement {
  const { entry, shared } = props;
  const { calls, isRecovered } = entry;
  const list = (
    <ul className="failed-tries">
      {calls.map((call) => (
        <li key={call.spanId}>
          <span className="faint number">{formatTimeOfDay(Date.parse(call.at))}</span>
          <Link
            to="/call"
            search={{ ...shared, trace: call.traceId, span: call.spanId }}
            className="link bad"
          >
            {formatErrorType(call.error ?? '_OTHER')}
          </Link>
          <span className="faint">
            {call.model ?? call.requestModel} · {formatDuration(call.durationMs)}
          </span>
        </li>
      ))}
    </ul>
  );
  return (
    <div className="transcript-entry">
      <Moment atMs={entry.atMs} />
      {isRecovered ? (
        <details className="transcript-main">
          <summary className="muted">{plural(calls.length, 'failed attempt')} before an answer</summary>
          {list}
        </details>
      ) : (
        <div className="transcript-main transcript-failure" role="group" aria-label="Failure">
          <strong>
            {calls.length === 1 ? 'The call failed.' : `${plural(calls.length, 'attempt')}, all failed.`}
          </strong>
          {list}
        </div>
      )}
    </div>
  );
}
