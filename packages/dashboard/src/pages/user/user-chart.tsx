import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import { userUsageQuery } from '../../api/usage.ts';
import { ChartLegend } from '../../chart/chart-legend.tsx';
import { stackUsage } from '../../chart/stack-usage.ts';
import { StackedChart } from '../../chart/stacked-chart.tsx';
import { useValueFormat } from '../../chart/use-value-format.ts';
import { useRange } from '../../range/use-range.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Segments } from '../../ui/segments.tsx';
import type { UserSearch } from '../../url/page-search.ts';
import { bucketOf, rangeQuery } from '../../url/range.ts';

/** What a user cost over time, by model. `fixed` shows cost alone, where another page owns the URL. */
export function UserChart(props: { readonly search: UserSearch; readonly fixed?: boolean }): ReactElement {
  const { search, fixed = false } = props;
  const { range, nowMs, zoom } = useRange();
  const navigate = useNavigate();
  const metric = search.metric ?? 'cost';
  const bucket = bucketOf(range, nowMs);
  const usage = useQuery({
    ...userUsageQuery(search.id, { ...rangeQuery(range), bucket, by: 'model' }),
    placeholderData: keepPreviousData,
  });
  const toMs = range.toMs ?? nowMs;
  const stack = useMemo(
    () =>
      stackUsage(usage.data?.data ?? [], { metric, bucket, fromMs: range.fromMs, toMs, noKey: 'no model' }),
    [usage.data, metric, bucket, range.fromMs, toMs],
  );
  const { formatValue, formatAxis } = useValueFormat(metric);
  return (
    <section className="card" aria-label="Over time">
      <div className="card-head">
        {fixed ? (
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
            onChange={(key) =>
              void navigate({
                to: '/user',
                search: (now) => ({ ...search, ...now, metric: key === 'cost' ? undefined : key }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        )}
        <span className="faint">by model</span>
      </div>
      <div className="card-body chart-body">
        {usage.isError ? (
          <FailureNotice what="The chart" error={usage.error} onRetry={() => void usage.refetch()} />
        ) : (
          <>
            <StackedChart
              label={`${metric} by model`}
              stack={stack}
              endMs={toMs}
              formatValue={formatValue}
              formatAxis={formatAxis}
              onRange={zoom}
            />
            <ChartLegend stack={stack} formatValue={formatValue} />
          </>
        )}
      </div>
    </section>
  );
}
