import { Link } from '@tanstack/react-router';
import { useMemo, useState, type ReactElement } from 'react';
import type { TraceSpan } from '../../api/calls.ts';
import { formatCount, plural } from '../../format/count.ts';
import { formatDuration } from '../../format/time.ts';
import { Money } from '../../ui/money.tsx';
import type { CallSearch } from '../../url/page-search.ts';
import { waterfallOf } from './waterfall.ts';

const shownAtOnce = 200;
const deepest = 12;

/** The trace of a call as a tree of spans with their times. */
export function WaterfallView(props: {
  readonly spans: readonly TraceSpan[];
  readonly search: CallSearch;
  /** The id of the span whose attributes are shown. */
  readonly at: string;
  /** Number of spans of the whole trace. */
  readonly spanCount: number;
  /** Loads more spans; undefined if all are loaded. */
  readonly onMore?: (() => void) | undefined;
  readonly isLoading: boolean;
}): ReactElement {
  const { spans, search, at, spanCount, onMore, isLoading } = props;
  const [count, setCount] = useState(shownAtOnce);
  const rows = useMemo(() => waterfallOf(spans), [spans]);
  const shown = rows.slice(0, count);
  const showMore = (): void => {
    setCount(count + shownAtOnce * 5);
    if (rows.length < count + shownAtOnce * 5) onMore?.();
  };
  return (
    <>
      <ol className="waterfall">
        {shown.map(({ span, depth, left, width }) => (
          <li
            key={span.spanId}
            className={`waterfall-row${span.spanId === at ? ' at' : ''}${isError(span) ? ' failed' : ''}`}
          >
            <span className="waterfall-name" style={{ paddingLeft: Math.min(depth, deepest) * 14 }}>
              <i className={`span-dot ${span.kindOfSpan}`} />
              <Link
                to="/call"
                search={{ ...search, at: span.spanId }}
                replace
                resetScroll={false}
                className="row-link truncate"
                aria-current={span.spanId === at}
              >
                {span.name}
              </Link>
              {isError(span) && <span className="badge bad">error</span>}
            </span>
            <span className="waterfall-track">
              <i
                className={`waterfall-bar ${span.kindOfSpan}`}
                style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
              />
            </span>
            <span className="number faint">{formatDuration(span.durationMs)}</span>
            <span className="number waterfall-cost">
              {span.cost === null ? '' : <Money cost={span.cost} />}
            </span>
          </li>
        ))}
      </ol>
      {(rows.length > shown.length || onMore !== undefined) && (
        <div className="row">
          <button type="button" className="button" onClick={showMore} disabled={isLoading}>
            {isLoading ? 'Loading spans' : 'Show more spans'}
          </button>
          <span className="faint">
            {formatCount(shown.length)} of {plural(spanCount, 'span')}
          </span>
        </div>
      )}
    </>
  );
}

/** Whether a span failed: it has the OTLP error status or an error attribute. */
function isError({ status, attributes }: TraceSpan): boolean {
  return status.code === 2 || attributes['error.type'] !== undefined;
}
