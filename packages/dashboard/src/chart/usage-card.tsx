import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState, type ReactElement, type ReactNode } from 'react';
import type { Usage } from '../api/usage.ts';
import { useRange } from '../range/use-range.ts';
import { FailureNotice } from '../ui/page/failure-notice.tsx';
import { Segments } from '../ui/form/segments.tsx';
import { usePageWidth } from '../ui/page/use-page-width.ts';
import type { metrics } from '../url/pages.ts';
import { bucketOf } from '../url/range.ts';
import { ChartLegend } from './chart-legend.tsx';
import { stackUsage, type SeriesId } from './stack-usage.ts';
import { StackedChart } from './stacked-chart.tsx';
import { useValueFormat } from './use-value-format.ts';
import { staleProps } from '../ui/stale.ts';

type Metric = (typeof metrics)[number];

/** A chart of cost, calls or tokens over the range of the page, split by a key. Dragging over it sets the range. */
export function UsageCard(props: {
  readonly usage: UseQueryResult<Usage>;
  readonly metric: Metric;
  /** The key by which it is split, e.g. `model`. */
  readonly by: string;
  /** Called when another metric is chosen; without it the metric cannot be changed. */
  readonly onMetric?: (metric: Metric | undefined) => void;
  /** US dollars per bar that a budget allows; drawn if the chart shows cost. */
  readonly budgetUsd?: number | undefined;
  /** Content at the right of the heading. */
  readonly children: ReactNode;
  /** Content below the legend. */
  readonly note?: ReactNode;
}): ReactElement {
  const { usage, metric, by, onMetric, budgetUsd, children, note } = props;
  const { range, nowMs, zoom } = useRange();
  const width = usePageWidth();
  // Until new rows arrive, the previous ones are shown with their own bucket width.
  const bucket = usage.data?.bucket ?? bucketOf(range, nowMs);
  const [hidden, setHidden] = useState<ReadonlySet<SeriesId>>(new Set());
  const toMs = range.toMs ?? nowMs;
  const stack = useMemo(
    () =>
      stackUsage(usage.data?.data ?? [], {
        metric,
        bucket,
        fromMs: range.fromMs,
        toMs,
        by,
        hidden,
      }),
    [usage.data, metric, bucket, range.fromMs, toMs, by, hidden],
  );
  const { formatValue, formatAxis } = useValueFormat(metric);
  return (
    <section className="card" aria-label="Over time">
      <div className="card-head">
        {onMetric === undefined ? (
          <h2>Cost</h2>
        ) : (
          <Segments
            label="What the chart shows"
            value={metric}
            choices={[
              { key: 'cost', label: 'Cost' },
              { key: 'calls', label: 'Calls' },
              { key: 'tokens', label: 'Tokens' },
            ]}
            onChange={(key) => onMetric(key === 'cost' ? undefined : key)}
          />
        )}
        {children}
      </div>
      <div {...staleProps(usage.isPlaceholderData || usage.isPending, 'card-body chart-body')}>
        {usage.isError ? (
          <FailureNotice what="The chart" error={usage.error} onRetry={() => void usage.refetch()} />
        ) : (
          <>
            <StackedChart
              label={`${metric} by ${by}`}
              stack={stack}
              // On a phone the chart is lower, so that the first rows of the list are visible without scrolling.
              height={width === 'narrow' ? 80 : undefined}
              startMs={range.fromMs}
              endMs={toMs}
              formatValue={formatValue}
              // Until the first answer arrives, an axis with amounts would claim that there was no cost.
              formatAxis={usage.isPending ? () => '' : formatAxis}
              onRange={zoom}
              limit={metric === 'cost' ? budgetUsd : undefined}
            />
            <ChartLegend stack={stack} formatValue={formatValue} onHidden={setHidden} />
            {metric === 'cost' && isUnpriced(usage.data) && (
              <p className="faint chart-note">
                No call here has a price.{' '}
                <Link to="/prices" className="link">
                  See the unpriced models
                </Link>
              </p>
            )}
            {note}
          </>
        )}
      </div>
    </section>
  );
}

/** Whether there are calls and none has a price. The bars are then empty, as if there were no calls. */
function isUnpriced(usage: Usage | undefined): boolean {
  return usage !== undefined && usage.data.length > 0 && usage.data.every(({ cost }) => cost === null);
}
