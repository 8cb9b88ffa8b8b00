import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { userUsageQuery } from '../../api/usage.ts';
import { UsageCard } from '../../chart/usage-card.tsx';
import { useBucket } from '../../range/use-bucket.ts';
import { useRange } from '../../range/use-range.ts';
import type { UserSearch } from '../../url/page-search.ts';
import { overTime, userScopeQuery } from '../../url/scope.ts';
import { useBudgetLine } from '../budgets/budget-line.ts';

/** The chart of a user's cost by model. With `fixed` only cost is shown, because the URL belongs to another page. */
export function UserChart(props: { readonly search: UserSearch; readonly fixed?: boolean }): ReactElement {
  const { search, fixed = false } = props;
  const { range } = useRange();
  const bucket = useBucket();
  const navigate = useNavigate();
  const usage = useQuery({
    ...userUsageQuery(search.id, overTime(userScopeQuery(search, range), { bucket, by: 'model' })),
    placeholderData: keepPreviousData,
  });
  const budget = useBudgetLine('users', search.id, bucket);
  const change = (metric: UserSearch['metric']): void => {
    void navigate({
      to: '.',
      search: (now) => ({ ...now, metric }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <UsageCard
      usage={usage}
      metric={search.metric ?? 'cost'}
      by="model"
      budgetUsd={budget?.usd}
      {...(fixed ? {} : { onMetric: change })}
    >
      <span className="faint">
        {budget !== undefined && (search.metric ?? 'cost') === 'cost' && `${budget.text} · `}by model
      </span>
    </UsageCard>
  );
}
