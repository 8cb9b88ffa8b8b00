import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, type ReactElement } from 'react';
import { usageQuery } from '../api/usage.ts';
import { SplitMenu, splitOf, TagNote } from '../chart/split-menu.tsx';
import { UsageCard } from '../chart/usage-card.tsx';
import { Segments } from '../ui/form/segments.tsx';
import { useBucket } from '../range/use-bucket.ts';
import { lazyPart, PartMissing } from '../ui/lazy-part.tsx';
import { SkeletonRows } from '../ui/page/skeleton.tsx';
import type { SharedSearch } from '../url/page-search.ts';
import { splits, type chartViews, type metrics, type Split } from '../url/pages.ts';
import { overTime } from '../url/scope.ts';
import type { Scope } from './use-scope.ts';

/** The parameters of the URL for the chart. */
type ChartSearch = SharedSearch & {
  readonly metric?: (typeof metrics)[number] | undefined;
  readonly by?: Split | undefined;
  readonly view?: (typeof chartViews)[number] | undefined;
};

/** The cost in the scope of a page, over time by a chosen key, or distributed over users. */
export function ScopeChart(props: {
  readonly search: ChartSearch;
  readonly scope: Scope;
  /** The keys by which it can be split; the first one is the default. */
  readonly by?: readonly Split[];
  /** A budget as the amount per bar, with its text. */
  readonly budget?: { readonly usd: number; readonly text: string } | undefined;
}): ReactElement {
  const { search, scope } = props;
  const navigate = useNavigate();
  const change = (next: ChartSearch): void => {
    void navigate({ to: '.', search: (now) => ({ ...now, ...next }), replace: true, resetScroll: false });
  };
  const views = (
    <Segments
      label="Kind of chart"
      value={search.view ?? 'time'}
      choices={[
        { key: 'time', label: <ViewLabel of="time" /> },
        { key: 'users', label: <ViewLabel of="users" /> },
      ]}
      onChange={(key) => change({ view: key === 'time' ? undefined : key })}
    />
  );
  if (search.view !== 'users') return <OverTime {...props} onChange={change} views={views} />;
  return (
    <section className="card" aria-label="Over users">
      <div className="card-head">
        <h2>Users by cost</h2>
        {views}
      </div>
      <div className="card-body chart-body">
        <Suspense fallback={<SkeletonRows rows={5} />}>
          <SpreadChart scope={scope} />
        </Suspense>
      </div>
    </section>
  );
}

/** On a phone only the last word is visible, so that the chart has one line of controls. */
function ViewLabel({ of }: { readonly of: 'time' | 'users' }): ReactElement {
  return (
    <>
      <span className="yields-visually">Over </span>
      {of}
    </>
  );
}

const SpreadChart = lazyPart(
  () => import('./spread-chart.tsx').then((module) => module.SpreadChart),
  PartMissing,
);

function OverTime(
  props: Parameters<typeof ScopeChart>[0] & {
    readonly onChange: (next: ChartSearch) => void;
    readonly views: ReactElement;
  },
): ReactElement {
  const { search, scope, by: choices = splits, budget, onChange, views } = props;
  const by = splitOf(search.by, choices);
  const usage = useQuery({
    ...usageQuery(overTime(scope.query, { bucket: useBucket(), by })),
    placeholderData: keepPreviousData,
  });
  return (
    <UsageCard
      usage={usage}
      metric={search.metric ?? 'cost'}
      by={by}
      onMetric={(metric) => onChange({ metric })}
      budgetUsd={budget?.usd}
      note={by === 'tag' && usage.data !== undefined && <TagNote usage={usage.data} />}
    >
      <span className="row wrap">
        {budget !== undefined && (search.metric ?? 'cost') === 'cost' && (
          <span className="faint">{budget.text}</span>
        )}
        <SplitMenu by={by} choices={choices} onChange={(split) => onChange({ by: split })} />
        {views}
      </span>
    </UsageCard>
  );
}
