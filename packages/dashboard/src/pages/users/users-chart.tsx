import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import { usageQuery } from '../../api/usage.ts';
import { ChartLegend } from '../../chart/chart-legend.tsx';
import { stackUsage } from '../../chart/stack-usage.ts';
import { StackedChart } from '../../chart/stacked-chart.tsx';
import { useValueFormat } from '../../chart/use-value-format.ts';
import { useRange } from '../../range/use-range.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuCheck } from '../../ui/menu.tsx';
import { Segments } from '../../ui/segments.tsx';
import { splits, type Split, type UsersSearch } from '../../url/page-search.ts';
import { bucketOf } from '../../url/range.ts';
import { usageRequest } from './users-request.ts';

const splitLabels: Readonly<Record<Split, string>> = {
  model: 'Model',
  group: 'Group',
  service: 'Service',
  tag: 'Tag',
};

/** Cost, calls or tokens over time, split in colours; dragging over it sets the range of the page. */
export function UsersChart({ search }: { readonly search: UsersSearch }): ReactElement {
  const { range, nowMs, zoom } = useRange();
  const navigate = useNavigate({ from: '/' });
  const metric = search.metric ?? 'cost';
  const by = search.by ?? 'model';
  const bucket = bucketOf(range, nowMs);
  const usage = useQuery({
    ...usageQuery(usageRequest(search, range, nowMs)),
    placeholderData: keepPreviousData,
  });
  const toMs = range.toMs ?? nowMs;
  const stack = useMemo(
    () =>
      stackUsage(usage.data?.data ?? [], { metric, bucket, fromMs: range.fromMs, toMs, noKey: `no ${by}` }),
    [usage.data, metric, bucket, range.fromMs, toMs, by],
  );
  const { formatValue, formatAxis } = useValueFormat(metric);
  const change = (next: Partial<UsersSearch>): void => {
    void navigate({ search: (now) => ({ ...now, ...next }), replace: true, resetScroll: false });
  };
  return (
    <section className="card" aria-label="Over time">
      <div className="card-head">
        <Segments
          label="What the chart shows"
          value={metric}
          choices={[
            { key: 'cost', label: 'Cost' },
            { key: 'calls', label: 'Calls' },
            { key: 'tokens', label: 'Tokens' },
          ]}
          onChange={(key) => change({ metric: key === 'cost' ? undefined : key })}
        />
        <Menu
          align="end"
          trigger={
            <button type="button" className="button quiet small">
              by {splitLabels[by].toLowerCase()}
              <Icon name="chevron" />
            </button>
          }
        >
          {splits.map((split) => (
            <MenuCheck
              key={split}
              checked={split === by}
              onSelect={() => change({ by: split === 'model' ? undefined : split })}
            >
              {splitLabels[split]}
            </MenuCheck>
          ))}
        </Menu>
      </div>
      <div className="card-body chart-body">
        {usage.isError ? (
          <FailureNotice what="The chart" error={usage.error} onRetry={() => void usage.refetch()} />
        ) : (
          <>
            <StackedChart
              label={`${metric} by ${by}`}
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
