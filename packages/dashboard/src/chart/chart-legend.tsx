import type { ReactElement } from 'react';
import { plural } from '../format/count.ts';
import { Money } from '../ui/money.tsx';
import type { Stack } from './stack-usage.ts';

/** Which colour is what, and how much of it there is. */
export function ChartLegend(props: {
  readonly stack: Stack;
  readonly formatValue: (value: number) => string;
}): ReactElement {
  return (
    <ul className="chart-legend">
      {props.stack.series.map((series) => (
        <li key={series.key ?? ' none'} className="row">
          <i className="swatch" style={{ background: series.colour }} />
          <span className="truncate">{series.label}</span>
          <span className="number faint">
            {series.unpricedCalls === undefined ? (
              props.formatValue(series.total)
            ) : (
              <Money cost={series.total} unpricedCalls={series.unpricedCalls} />
            )}
          </span>
        </li>
      ))}
      {props.stack.misdatedCalls > 0 && (
        <li className="row warn">{plural(props.stack.misdatedCalls, 'call')} of a wrong clock, in no bar</li>
      )}
    </ul>
  );
}
