import { memo, useCallback, useState } from 'react';
import type { ReactElement } from 'react';
import { formatSpan, formatTick } from '../format/time.ts';
import { ChartTip } from './chart-tip.tsx';
import './chart.css';
import { axisTicks, niceScale } from './axis-ticks.ts';
import type { Stack } from './stack-usage.ts';
import { useBarSelection } from './use-bar-selection.ts';

const topPx = 8;
const bottomPx = 22;
/** Maximum ratio of a limit to the highest bar. A higher limit is not drawn, because the bars would be too small. */
const maxLimitRatio = 4;

/** Stacked bars over time. A range can be selected by dragging or with the keyboard. */
export function StackedChart(props: {
  readonly label: string;
  readonly stack: Stack;
  /** The start of the range, which may be within the first bar; undefined for all time. */
  readonly startMs?: number | undefined;
  /** The end of the last bar. */
  readonly endMs: number;
  /** In pixels; default 200. */
  readonly height?: number | undefined;
  readonly formatValue: (value: number) => string;
  readonly formatAxis: (value: number) => string;
  readonly onRange?: (fromMs: number, toMs: number) => void;
  /** A value to compare bars with, such as a budget. It is not drawn if the bars would be too small. */
  readonly limit?: number | undefined;
}): ReactElement {
  const { label, stack, startMs = 0, endMs, height = 200, formatValue, formatAxis, onRange, limit } = props;
  const [width, ref] = useWidth();
  const count = stack.starts.length;
  const most = Math.max(0, ...stack.sums);
  const line = limit !== undefined && limit <= most * maxLimitRatio ? limit : undefined;
  const ticks = niceScale(Math.max(most, line ?? 0));
  const axisPx = 8 + 6.4 * Math.max(...ticks.map((tick) => formatAxis(tick).length));
  const stepPx = count === 0 ? 0 : Math.max(0, width - axisPx) / count;
  const endOf = (at: number): number => stack.starts[at + 1] ?? endMs;
  const cursor = useBarSelection({
    count,
    barAt: (x) => Math.floor((x - axisPx) / Math.max(stepPx, 0.01)),
    // The first bar may begin before the range, and then has only the calls within the range.
    onSelect: ({ first, last }) => onRange?.(Math.max(stack.starts[first] ?? endMs, startMs), endOf(last)),
  });
  const plotPx = height - topPx - bottomPx;
  const yOf = (value: number): number => topPx + plotPx * (1 - value / (ticks.at(-1) ?? 1));
  const at = cursor.at !== undefined && cursor.at < count ? cursor.at : undefined;
  const spanOf = (bar: number): string => formatSpan(stack.starts[bar] ?? endMs, endOf(bar));
  return (
    <div
      ref={ref}
      className={cursor.selection === undefined ? 'chart' : 'chart selecting'}
      style={{ height }}
      tabIndex={0}
      role="slider"
      aria-label={`${label}. Arrows move over the bars, Shift with arrows selects, Enter or a click zooms in.`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={at ?? Math.max(0, count - 1)}
      aria-valuetext={
        count === 0
          ? 'no data'
          : `${spanOf(at ?? count - 1)}: ${formatValue(stack.sums[at ?? count - 1] ?? 0)}`
      }
      {...cursor.handlers}
    >
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {ticks.map((tick) => (
            <g key={tick}>
              <line className="chart-grid" x1={axisPx} x2={width} y1={yOf(tick)} y2={yOf(tick)} />
              <text className="chart-label" x={axisPx - 8} y={yOf(tick) + 3.5} textAnchor="end">
                {formatAxis(tick)}
              </text>
            </g>
          ))}
          {cursor.selection !== undefined && (
            <rect
              className="chart-selection"
              x={axisPx + cursor.selection.first * stepPx}
              y={topPx}
              width={(cursor.selection.last - cursor.selection.first + 1) * stepPx}
              height={plotPx}
            />
          )}
          {at !== undefined && cursor.selection === undefined && (
            <rect
              className="chart-cursor"
              x={axisPx + at * stepPx}
              y={topPx}
              width={stepPx}
              height={plotPx}
            />
          )}
          <Bars stack={stack} axisPx={axisPx} stepPx={stepPx} plotPx={plotPx} most={ticks.at(-1) ?? 1} />
          {line !== undefined && (
            <line className="chart-limit" x1={axisPx} x2={width} y1={yOf(line)} y2={yOf(line)} />
          )}
          <TimeAxis starts={stack.starts} endMs={endMs} axisPx={axisPx} stepPx={stepPx} y={height - 6} />
        </svg>
      )}
      {at !== undefined && (
        <ChartTip
          stack={stack}
          at={at}
          selection={cursor.selection}
          title={
            cursor.selection === undefined
              ? spanOf(at)
              : formatSpan(stack.starts[cursor.selection.first] ?? endMs, endOf(cursor.selection.last))
          }
          x={axisPx + (at + 0.5) * stepPx}
          width={width}
          formatValue={formatValue}
        />
      )}
    </div>
  );
}

const Bars = memo(function Bars(props: {
  readonly stack: Stack;
  readonly axisPx: number;
  readonly stepPx: number;
  readonly plotPx: number;
  readonly most: number;
}): ReactElement {
  const { stack, axisPx, stepPx, plotPx, most } = props;
  const gap = stepPx > 6 ? Math.min(4, stepPx * 0.22) : stepPx > 3 ? 1 : 0;
  const barPx = Math.max(1, stepPx - gap);
  const floor = new Float64Array(stack.starts.length).fill(topPx + plotPx);
  return (
    <>
      {stack.series.map((series) => {
        let path = '';
        for (const [at, value] of series.values.entries()) {
          if (value <= 0 || series.isHidden) continue;
          const tall = Math.max(0.75, (value / most) * plotPx);
          const bottom = floor[at] ?? 0;
          floor[at] = bottom - tall;
          const x = (axisPx + at * stepPx + gap / 2).toFixed(2);
          path += `M${x} ${bottom.toFixed(2)}h${barPx.toFixed(2)}v${(-tall).toFixed(2)}h${(-barPx).toFixed(2)}z`;
        }
        return path === '' ? null : (
          <path key={series.id} d={path} className="chart-bar" style={{ fill: series.colour }} />
        );
      })}
    </>
  );
});

const tickRoomPx = 74;

function TimeAxis(props: {
  readonly starts: readonly number[];
  readonly endMs: number;
  readonly axisPx: number;
  readonly stepPx: number;
  readonly y: number;
}): ReactElement {
  const { starts, endMs, axisPx, stepPx, y } = props;
  const bucketMs = (starts[1] ?? endMs) - (starts[0] ?? endMs);
  const shown = axisTicks(starts, bucketMs, Math.ceil(tickRoomPx / Math.max(stepPx, 0.01))).filter(
    ({ at }) => (starts.length - at) * stepPx > 40,
  );
  return (
    <>
      {shown.map(({ start, at }) => (
        <text key={start} className="chart-label" x={axisPx + at * stepPx + 1} y={y}>
          {formatTick(start, bucketMs)}
        </text>
      ))}
    </>
  );
}

/** Returns the current width of an element and the ref to set on it. */
function useWidth(): readonly [number, (element: HTMLElement | null) => (() => void) | undefined] {
  const [width, setWidth] = useState(0);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [width, ref];
}
