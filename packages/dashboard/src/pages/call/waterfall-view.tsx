import { Link } from '@tanstack/react-router';
import { useMemo, useState, type ReactElement } from 'react';
import type { TraceSpan } from '../../api/calls.ts';
import { plural } from '../../format/count.ts';
import { formatDuration } from '../../format/time.ts';
import { Money } from '../../ui/money.tsx';
import type { CallSearch } from '../../url/page-search.ts';
import { waterfallOf } from './waterfall.ts';

const shownAtFirst = 200;
const deepest = 12;

/** The trace of a call: every span where it stands and when it ran. */
export function WaterfallView(props: {
  readonly spans: readonly TraceSpan[];
  readonly search: CallSearch;
  /** The span whose attributes are shown. */
  readonly at: string;
}): ReactElement {
  const { spans, search, at } = props;
  const [all, setAll] = useState(false);
  const rows = useMemo(() => waterfallOf(spans), [spans]);
  const shown = all ? rows : rows.slice(0, shownAtFirst);
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
      {rows.length > shown.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show {plural(rows.length - shown.length, 'more span')}
        </button>
      )}
    </>
  );
}

/** By its status, as in OTLP, or by the error that it names. */
function isError({ status, attributes }: TraceSpan): boolean {
  return status.code === 2 || attributes['error.type'] !== undefined;
}
