import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { jsonText } from '../../format/json-text.ts';
import { formatDuration } from '../../format/time.ts';
import { FeedbackLine } from '../../ui/feedback-line.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { Moment } from '../../ui/time/moment.tsx';
import type { SharedSearch } from '../../url/page-search.ts';
import type { ToolEntry } from './transcript.ts';

const lineLength = 300;

/** One line for a tool call with its arguments and result, which expands to show both completely. */
export function ToolEntryLine(props: {
  readonly entry: ToolEntry;
  readonly shared: SharedSearch;
}): ReactElement {
  const { entry, shared } = props;
  const { name, args, result, error, durationMs, feedback } = entry;
  const outcome = error ?? result;
  return (
    <div className="transcript-entry">
      <Moment atMs={entry.atMs} />
      <div className="transcript-main">
        <details className={error === null ? 'tool' : 'tool failed'}>
          <summary>
            <code className="tool-call">
              <strong>{name}</strong>
              <span className="muted">({oneLine(args)})</span>
            </code>
            <span className={error === null ? 'muted tool-outcome' : 'bad tool-outcome'}>
              {outcome === undefined ? 'result not stored' : oneLine(outcome)}
            </span>
            {durationMs !== undefined && <span className="faint number">{formatDuration(durationMs)}</span>}
          </summary>
          <dl className="tool-parts">
            <ToolPart label="Arguments" text={args === '' ? 'not stored' : indented(args)} />
            <ToolPart
              label={error === null ? 'Result' : 'Error'}
              text={outcome === undefined ? 'not stored' : indented(outcome)}
            />
            {error !== null && result !== undefined && result !== error && (
              <ToolPart label="Result" text={indented(result)} />
            )}
          </dl>
          {entry.callSpanId !== undefined && (
            <Link
              to="/call"
              search={{ ...shared, trace: entry.traceId, span: entry.callSpanId, at: entry.spanId }}
              className="link"
            >
              Open in the trace
            </Link>
          )}
        </details>
        {feedback.map((one) => (
          <FeedbackLine key={`${one.traceId} ${one.spanId}`} feedback={one} shared={shared} />
        ))}
      </div>
    </div>
  );
}

function ToolPart({ label, text }: { readonly label: string; readonly text: string }): ReactElement {
  return (
    <>
      <dt>{label}</dt>
      <dd dir="auto">
        <ScrollRegion className="tool-part" label={label}>
          {text}
        </ScrollRegion>
      </dd>
    </>
  );
}

function oneLine(text: string): string {
  const line = text
    .slice(0, lineLength * 2)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return line.length > lineLength ? `${line.slice(0, lineLength).toWellFormed()}…` : line;
}

/** Indents JSON; returns other text unchanged. */
function indented(text: string): string {
  if (!/^\s*[[{]/u.test(text)) return text;
  try {
    return jsonText(JSON.parse(text), 2);
  } catch {
    return text;
  }
}
