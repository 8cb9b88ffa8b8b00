import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { marginQuery } from '../../api/spend/margin.ts';
import { formatMoneyExact } from '../../format/money.ts';
import { formatMonth } from '../../format/time.ts';
import { useBucket } from '../../range/use-bucket.ts';
import { Remainder } from '../../ui/money.tsx';
import { Skeleton } from '../../ui/page/skeleton.tsx';
import { StatCell } from '../../ui/stat-strip.tsx';
import { useNow } from '../../ui/time/now.tsx';
import { readShared, type SharedSearch } from '../../url/page-search.ts';
import { useBudgetLine } from '../budgets/budget-line.ts';
import { monthOf } from '../margin/margin-request.ts';
import { SubjectOfUrl, type SubjectViewProps } from './subject-of-url.tsx';
import { SubjectPage, type Subject } from './subject-page.tsx';

const subject: Subject = {
  filter: 'group',
  kind: 'groups',
  noun: 'Group',
  users: 'Members',
  parts: ['users', 'models', 'tags', 'services'],
  splits: ['model', 'service', 'tag'],
};

/** One group: its members, their cost, and its revenue. */
export function GroupPage(): ReactElement {
  return <SubjectOfUrl path="/group" view={GroupView} />;
}

function GroupView({ id, search }: SubjectViewProps): ReactElement {
  const budget = useBudgetLine('groups', id, useBucket());
  return (
    <SubjectPage
      subject={subject}
      id={id}
      search={search}
      budget={budget}
      figures={<MarginStat group={id} shared={readShared(search)} />}
    />
  );
}

/** Revenue minus cost of the calendar month, regardless of the range and filters of the page. */
function MarginStat(props: { readonly group: string; readonly shared: SharedSearch }): ReactElement {
  const { group, shared } = props;
  const month = monthOf(useNow());
  const { data } = useQuery(marginQuery({ month, by: 'group', customer: group }));
  const line = data?.lines[0];
  const isPaid = line !== undefined && Number(line.revenue) !== 0;
  return (
    <StatCell
      label={`Margin in ${formatMonth(month)} so far`}
      hint={
        data === undefined
          ? 'Revenue minus cost by calendar month (UTC)'
          : isPaid
            ? `Revenue of ${formatMoneyExact(line.revenue)} minus cost of ${formatMoneyExact(line.cost)}, by calendar month (UTC) and without filters`
            : 'No revenue of this group is known in this month'
      }
      value={
        data === undefined ? (
          <Skeleton />
        ) : (
          <Link
            to="/margin"
            search={{ ...shared, by: 'group' }}
            className={isPaid && line.margin.startsWith('-') ? 'strip-link bad' : 'strip-link'}
          >
            {isPaid ? <Remainder amount={line.margin} unpricedCalls={line.unpricedCalls} /> : '—'}
          </Link>
        )
      }
    />
  );
}
