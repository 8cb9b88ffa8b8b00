import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { CallDetail } from '../../api/calls.ts';
import { formatErrorType } from '../../format/error-type.ts';
import { formatDuration } from '../../format/time.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import type { CallSearch } from '../../url/page-search.ts';

const firstLines = 6;

/** Shows the error of a failed call with its type, message and origin; nothing for a successful call. */
export function CallFailure({ call }: { readonly call: CallDetail }): ReactElement | null {
  const { error, status, exception } = call;
  if (error === null && exception === null && status.code !== 2) return null;
  const kind = formatErrorType(error ?? exception?.type ?? '_OTHER');
  const messages = new Set(
    [status.message, exception?.message].filter((text) => text !== null && text !== undefined),
  );
  const stack = exception?.stack?.trimEnd();
  const lines = stack?.split('\n') ?? [];
  return (
    <section className="card call-failure" role="alert" aria-label="Failure">
      <div className="row wrap">
        <h2>{error === null ? 'The call recorded an error.' : 'The call failed.'}</h2>
        <code className="badge bad">{kind}</code>
        {exception?.type != null && exception.type !== kind && (
          <code className="badge bad">{exception.type}</code>
        )}
      </div>
      {[...messages].map((message) => (
        <ScrollRegion key={message} className="call-failure-message" label="Message">
          <p dir="auto">{message}</p>
        </ScrollRegion>
      ))}
      {messages.size === 0 && <p className="muted">The span has no further details.</p>}
      {stack !== undefined && stack !== '' && (
        <div className="call-stack">
          <ScrollRegion as="pre" className="call-stack-lines" label="Stack">
            {lines.slice(0, firstLines).join('\n')}
          </ScrollRegion>
          <CopyButton text={stack} label="Copy the stack" />
          {lines.length > firstLines && (
            <details>
              <summary className="muted">{lines.length - firstLines} more lines</summary>
              <ScrollRegion as="pre" className="call-stack-lines" label="Rest of the stack">
                {lines.slice(firstLines).join('\n')}
              </ScrollRegion>
            </details>
          )}
        </div>
      )}
    </section>
  );
}

/** Shows the number of the attempt, and a link to the successful one. */
export function CallAttempts(props: {
  readonly call: CallDetail;
  readonly search: CallSearch;
}): ReactElement | null {
  const { call, search } = props;
  const { attempts, resends } = call;
  const at = attempts.findIndex(({ traceId, spanId }) => traceId === call.traceId && spanId === call.spanId);
  const worked = attempts.find(({ error }) => error === null);
  if (attempts.length < 2) {
    return resends === 0 ? null : (
      <p className="note">
        The client sent this request {resends + 1} times; the figures are those of the last answer.
      </p>
    );
  }
  return (
    <nav className="card call-attempts" aria-label="Attempts">
      <strong>
        Attempt {at + 1} of {attempts.length}
      </strong>
      <ol className="row wrap">
        {attempts.map((attempt, number) => (
          <li key={attempt.spanId}>
            <Link
              to="/call"
              search={{ ...search, trace: attempt.traceId, span: attempt.spanId, at: undefined }}
              className={attempt.error === null ? 'badge good' : 'badge bad'}
              aria-current={number === at ? 'page' : undefined}
            >
              {number + 1} · {attempt.error === null ? 'worked' : formatErrorType(attempt.error)} ·{' '}
              {formatDuration(attempt.durationMs)}
            </Link>
          </li>
        ))}
      </ol>
      {worked === undefined ? (
        <span className="bad">All of them failed.</span>
      ) : (
        worked.spanId !== call.spanId && (
          <Link
            to="/call"
            search={{ ...search, trace: worked.traceId, span: worked.spanId, at: undefined }}
            className="link"
          >
            Open the successful attempt
          </Link>
        )
      )}
    </nav>
  );
}

/** Shows the time to the first chunk of a streamed call, and for the rest. */
export function CallTime({ call }: { readonly call: CallDetail }): ReactElement {
  const { durationMs, firstChunkMs } = call;
  if (firstChunkMs === null) return <>{formatDuration(durationMs)}</>;
  const share = durationMs === 0 ? 1 : Math.min(1, firstChunkMs / durationMs);
  return (
    <span className="call-time">
      {formatDuration(durationMs)}
      <span className="call-time-bar" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
      <span className="call-time-parts faint">
        {formatDuration(firstChunkMs)} to first chunk · {formatDuration(durationMs - firstChunkMs)} rest
      </span>
    </span>
  );
}
