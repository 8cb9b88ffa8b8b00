import type { ReactElement } from 'react';
import { plural } from '../format/count.ts';
import { Money } from '../ui/money.tsx';
import { timeZone } from '../api/lists/list-paths.ts';
import type { SeriesId, Stack } from './stack-usage.ts';

/** Lists the series with colours and totals. Each series can be hidden. */
export function ChartLegend(props: {
  readonly stack: Stack;
  readonly formatValue: (value: number) => string;
  /** Called with all hidden series after one was hidden or shown. */
  readonly onHidden: (ids: ReadonlySet<SeriesId>) => void;
}): ReactElement {
  const { stack, formatValue, onHidden } = props;
  const hidden = new Set(stack.series.filter(({ isHidden }) => isHidden).map(({ id }) => id));
  return (
    <ul className="chart-legend">
      {stack.series.map((series) => (
        <li key={series.id}>
          <button
            type="button"
            className="legend-entry row"
            aria-pressed={!series.isHidden}
            data-tip={series.isHidden ? 'Show in the chart' : 'Hide in the chart'}
            onClick={() => onHidden(toggled(hidden, series.id))}
          >
            <i className="swatch" style={{ background: series.colour }} />
            <span className="truncate">{series.label}</span>
            <span className="number faint">
              {series.unpricedCalls === undefined ? (
                formatValue(series.total)
              ) : (
                <Money cost={series.total} unpricedCalls={series.unpricedCalls} />
              )}
            </span>
          </button>
        </li>
      ))}
      {hidden.size > 0 && (
        <li>
          <button type="button" className="legend-entry row" onClick={() => onHidden(new Set())}>
            Show all
          </button>
        </li>
      )}
      {stack.misdatedCalls > 0 && (
        <li className="row warn">{plural(stack.misdatedCalls, 'call')} of a wrong clock, in no bar</li>
      )}
      <li className="row faint legend-zone">{timeZone.replaceAll('_', ' ')}</li>
    </ul>
  );
}

function toggled(ids: ReadonlySet<SeriesId>, id: SeriesId): ReadonlySet<SeriesId> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
