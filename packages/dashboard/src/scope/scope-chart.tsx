import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, type ReactElement } from 'react';
import { usageQuery } from '../api/usage.ts';
import { UsageCard } from '../chart/usage-card.tsx';
import { plural } from '../format/count.ts';
import { Segments } from '../ui/form/segments.tsx';
import { useBucket } from '../range/use-bucket.ts';
import { Icon } from '../ui/icon.tsx';
import { lazyPart, PartMissing } from '../ui/lazy-part.tsx';
import { Money } from '../ui/money.tsx';
import { Menu, MenuCheck } from '../ui/overlay/menu.tsx';
import { SkeletonRows } from '../ui/page/skeleton.tsx';
import type { SharedSearch } from '../url/page-search.ts';
import { splits, type chartViews, type metrics, type Split } from '../url/pages.ts';
import { overTime } from '../url/scope.ts';
import type { Scope } from './use-scope.ts';

const splitLabels: Readonly<Record<Split, string>> = {
  model: 'Model',
  group: 'Group',
  service: 'Service',
  tag: 'Tag',
};

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
  const by = choices.find((split) => split === search.by) ?? choices[0] ?? 'model';
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
      note={
        by === 'tag' &&
        usage.data !== undefined && (
          <p className="faint chart-note">
            A call with two tags counts under each. Every call once, also those without a tag:{' '}
            {plural(usage.data.total.calls, 'call')},{' '}
            <Money
              cost={usage.data.total.cost}
              costExact={usage.data.total.costExact}
              unpricedCalls={usage.data.total.unpricedCalls}
            />
            .
          </p>
        )
      }
    >
      <span className="row wrap">
        {budget !== undefined && (search.metric ?? 'cost') === 'cost' && (
          <span className="faint">{budget.text}</span>
        )}
        <Menu
          align="end"
          trigger={
            <button type="button" className="button quiet small">
              by {splitLabels[by].toLowerCase()}
              <Icon name="chevron" />
            </button>
          }
        >
          {choices.map((split) => (
            <MenuCheck
              key={split}
              checked={split === by}
              onSelect={() => onChange({ by: split === choices[0] ? undefined : split })}
            >
              {splitLabels[split]}
            </MenuCheck>
          ))}
        </Menu>
        {views}
      </span>
    </UsageCard>
  );
}
