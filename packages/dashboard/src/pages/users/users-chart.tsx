import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { usageQuery } from '../../api/usage.ts';
import { UsageCard } from '../../chart/usage-card.tsx';
import { useRange } from '../../range/use-range.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuCheck } from '../../ui/overlay/menu.tsx';
import { splits, type Split, type UsersSearch } from '../../url/page-search.ts';
import { usageRequest } from './users-request.ts';

const splitLabels: Readonly<Record<Split, string>> = {
  model: 'Model',
  group: 'Group',
  service: 'Service',
  tag: 'Tag',
};

/** What everybody cost over time, by what the reader chooses. */
export function UsersChart({ search }: { readonly search: UsersSearch }): ReactElement {
  const { range, nowMs } = useRange();
  const navigate = useNavigate({ from: '/' });
  const by = search.by ?? 'model';
  const usage = useQuery({
    ...usageQuery(usageRequest(search, range, nowMs)),
    placeholderData: keepPreviousData,
  });
  const change = (next: Partial<UsersSearch>): void => {
    void navigate({ search: (now) => ({ ...now, ...next }), replace: true, resetScroll: false });
  };
  return (
    <UsageCard
      usage={usage}
      metric={search.metric ?? 'cost'}
      by={by}
      onMetric={(metric) => change({ metric })}
    >
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
    </UsageCard>
  );
}
