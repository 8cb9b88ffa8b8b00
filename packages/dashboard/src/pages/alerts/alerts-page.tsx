import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { alertsQuery, alertStatesQuery, channelsQuery, silencesQuery } from '../../api/spend/alerts.ts';
import { budgetsQuery } from '../../api/spend/budgets.ts';
import { useIsAdmin } from '../../api/session.ts';
import { FailureNotices } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import '../../ui/row-list.css';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { readShared } from '../../url/page-search.ts';
import { ChannelsCard } from './channels-card.tsx';
import { DeliveriesCard } from './deliveries-card.tsx';
import { FiringCard } from './firing-card.tsx';
import { RuleDialog } from './rule-dialog.tsx';
import { formOf, newRule, type RuleForm } from './rule-form.ts';
import { RulesCard } from './rules-card.tsx';
import { SilencesCard } from './silences-card.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** Alert rules with their states, channels, and the history of messages. */
export function AlertsPage(): ReactElement {
  const search = usePageSearch('/alerts');
  const navigate = useNavigate({ from: '/alerts' });
  const isAdmin = useIsAdmin();
  const rules = useQuery(alertsQuery());
  const states = useInfiniteQuery(alertStatesQuery());
  const channels = useQuery(channelsQuery());
  const silences = useQuery(silencesQuery());
  const budgets = useQuery(budgetsQuery());
  const [editing, setEditing] = useState<RuleForm>();
  const shared = readShared(search);
  const known = channels.data?.data ?? [];
  const knownRules = rules.data?.data ?? [];
  const channelIds = known.map(({ id }) => id);
  const silenced = silences.data?.data ?? [];
  // "Alert on this view" on another page leads here and opens the form with that page's filters.
  const isAsked = search.new !== undefined && isAdmin && channels.data !== undefined;
  const form = editing ?? (isAsked ? newRule(search, channelIds) : undefined);
  const close = (): void => {
    setEditing(undefined);
    if (search.new !== undefined) void navigate({ search: shared, replace: true });
  };
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Alerts" />
        <h1>Alerts</h1>
        {isAdmin && (
          <button
            type="button"
            className="button primary"
            disabled={channels.data === undefined}
            onClick={() => setEditing(newRule({}, channelIds))}
          >
            <Icon name="plus" />
            New alert
          </button>
        )}
      </div>
      <p className="page-lead">
        A rule monitors the project, or each user, group, model, service or tag separately. It fires once per
        threshold and period, and sends a message when it resolves.
      </p>
      <FailureNotices
        parts={{
          'The rules': rules,
          'The state of the rules': states,
          'The channels': channels,
          'The silences': silences,
        }}
      />
      {(rules.isPending || states.isPending) && <SkeletonRows rows={4} />}
      {!rules.isPending && states.data !== undefined && (
        <FiringCard
          pages={states.data.pages}
          onMore={() => void states.fetchNextPage()}
          rules={knownRules}
          budgets={budgets.data?.data ?? []}
          silences={silenced}
          shared={shared}
        />
      )}
      {rules.data !== undefined && !states.isPending && (
        <RulesCard
          rules={rules.data.data}
          counts={states.data?.pages[0]?.byRule}
          channels={known}
          silences={silenced}
          onEdit={(rule) => setEditing(formOf(rule))}
        />
      )}
      {channels.data !== undefined && <ChannelsCard channels={known} />}
      {silenced.length > 0 && <SilencesCard silences={silenced} rules={knownRules} />}
      <DeliveriesCard channels={known} rules={knownRules} />
      {form !== undefined && (
        <RuleDialog key={form.id ?? 'new'} first={form} channels={known} onClose={close} />
      )}
    </div>
  );
}
