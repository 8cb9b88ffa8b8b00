import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { userUsageQuery } from '../../api/usage.ts';
import { SplitMenu, splitOf, TagNote } from '../../chart/split-menu.tsx';
import { UsageCard } from '../../chart/usage-card.tsx';
import { useBucket } from '../../range/use-bucket.ts';
import { useRange } from '../../range/use-range.ts';
import type { UserSearch } from '../../url/page-search.ts';
import type { Split } from '../../url/pages.ts';
import { overTime, userScopeQuery } from '../../url/scope.ts';
import { useBudgetLine } from '../budgets/budget-line.ts';

const choices: readonly Split[] = ['model', 'tag', 'service'];

/** The chart of a user's cost. With `fixed` only cost by model is shown, because the URL belongs to another page. */
export function UserChart(props: { readonly search: UserSearch; readonly fixed?: boolean }): ReactElement {
  const { search, fixed = false } = props;
  const { range } = useRange();
  const bucket = useBucket();
  const navigate = useNavigate();
  const by = fixed ? 'model' : splitOf(search.by, choices);
  const usage = useQuery({
    ...userUsageQuery(search.id, overTime(userScopeQuery(search, range), { bucket, by })),
    placeholderData: keepPreviousData,
  });
  const budget = useBudgetLine('users', search.id, bucket);
  const change = (next: Pick<UserSearch, 'metric' | 'by'>): void => {
    void navigate({
      to: '.',
      search: (now) => ({ ...now, ...next }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <UsageCard
      usage={usage}
      metric={search.metric ?? 'cost'}
      by={by}
      budgetUsd={budget?.usd}
      note={by === 'tag' && usage.data !== undefined && <TagNote usage={usage.data} />}
      {...(fixed ? {} : { onMetric: (metric) => change({ metric }) })}
    >
      <span className="row wrap">
        {budget !== undefined && (search.metric ?? 'cost') === 'cost' && (
          <span className="faint">{budget.text}</span>
        )}
        {fixed ? (
          <span className="faint">by model</span>
        ) : (
          <SplitMenu by={by} choices={choices} onChange={(split) => change({ by: split })} />
        )}
      </span>
    </UsageCard>
  );
}
