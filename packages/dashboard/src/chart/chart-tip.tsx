import type { ReactElement } from 'react';
import { plural } from '../format/count.ts';
import { unknownAmount } from '../format/money.ts';
import type { Stack } from './stack-usage.ts';
import type { BarSelection } from './use-bar-selection.ts';

const tipPx = 220;

/** Shows the values of the bar under the cursor or of the selected bars. */
export function ChartTip(props: {
  readonly stack: Stack;
  readonly at: number;
  readonly selection: BarSelection | undefined;
  readonly title: string;
  readonly x: number;
  readonly width: number;
  readonly formatValue: (value: number) => string;
}): ReactElement {
  const { stack, at, selection, title, x, width, formatValue } = props;
  const { first, last } = selection ?? { first: at, last: at };
  const sum = (values: readonly number[]): number =>
    values.slice(first, last + 1).reduce((total, value) => total + value, 0);
  const total = sum(stack.sums);
  const unpriced = sum(stack.unpricedCalls);
  const parts = stack.series
    .map((series) => ({ ...series, value: sum(series.values) }))
    .filter(({ value, isHidden }) => value > 0 && !isHidden);
  const left = x + 14 + tipPx > width ? Math.max(0, x - 14 - tipPx) : x + 14;
  return (
    <div className="chart-tip" style={{ left, width: tipPx }} aria-hidden="true">
      <div className="chart-tip-line">
        <span className="muted">{title}</span>
        <strong className="number">
          {total === 0 && unpriced > 0 ? unknownAmount : formatValue(total)}
          {total > 0 && unpriced > 0 && '+'}
        </strong>
      </div>
      {parts.map((part) => (
        <div key={part.id} className="chart-tip-line">
          <span className="row">
            <i className="swatch" style={{ background: part.colour }} />
            <span className="truncate">{part.label}</span>
          </span>
          <span className="number">{formatValue(part.value)}</span>
        </div>
      ))}
      {unpriced > 0 && <div className="faint">{plural(unpriced, 'call')} without a price</div>}
      {selection !== undefined && selection.last > selection.first && (
        <div className="faint">Release to zoom in</div>
      )}
    </div>
  );
}
