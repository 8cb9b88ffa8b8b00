import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { usageQuery } from '../api/usage.ts';
import { UsageCard } from '../chart/usage-card.tsx';
import { useBucket } from '../range/use-bucket.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuCheck } from '../ui/overlay/menu.tsx';
import { splits, type metrics, type SharedSearch, type Split } from '../url/page-search.ts';
import { overTime } from '../url/scope.ts';
import type { Scope } from './use-scope.ts';

const splitLabels: Readonly<Record<Split, string>> = {
  model: 'Model',
  group: 'Group',
  service: 'Service',
  tag: 'Tag',
};

/** The part of a URL that says what the chart shows. */
type ChartSearch = SharedSearch & {
  readonly metric?: (typeof metrics)[number] | undefined;
  readonly by?: Split | undefined;
};

/** What the scope of a page cost over time, by what the reader chooses. */
export function ScopeChart(props: {
  readonly search: ChartSearch;
  readonly scope: Scope;
  /** What it can be split by; the first one where nothing is chosen. */
  readonly by?: readonly Split[];
  /** A budget as what a bar may cost, and what it says. */
  readonly budget?: { readonly usd: number; readonly text: string } | undefined;
}): ReactElement {
  const { search, scope, by: choices = splits, budget } = props;
  const navigate = useNavigate();
  const by = choices.find((split) => split === search.by) ?? choices[0] ?? 'model';
  const usage = useQuery({
    ...usageQuery(overTime(scope.query, { bucket: useBucket(), by })),
    placeholderData: keepPreviousData,
  });
  const change = (next: ChartSearch): void => {
    void navigate({ to: '.', search: (now) => ({ ...now, ...next }), replace: true, resetScroll: false });
  };
  return (
    <UsageCard
      usage={usage}
      metric={search.metric ?? 'cost'}
      by={by}
      onMetric={(metric) => change({ metric })}
      budgetUsd={budget?.usd}
    >
      <span className="row">
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
              onSelect={() => change({ by: split === choices[0] ? undefined : split })}
            >
              {splitLabels[split]}
            </MenuCheck>
          ))}
        </Menu>
      </span>
    </UsageCard>
  );
}
