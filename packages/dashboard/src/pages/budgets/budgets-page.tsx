import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { channelsQuery } from '../../api/spend/alerts.ts';
import { budgetsQuery, budgetStandingsQuery } from '../../api/spend/budgets.ts';
import type { Budget, BudgetStanding, NamedBudgetStatus } from '../../api/spend/budgets.ts';
import { apiPath } from '../../api/request.ts';
import { useIsAdmin } from '../../api/session.ts';
import { formatCount, plural } from '../../format/count.ts';
import { nameInText } from '../../format/direction-marks.ts';
import { formatMoment } from '../../format/time.ts';
import { CsvButton } from '../../list/csv-button.tsx';
import { plainFields } from '../../table/column.ts';
import { FailureNotices } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Money, Remainder } from '../../ui/money.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import '../../ui/row-list.css';
import './budgets.css';
import { SubjectLink } from '../../ui/subject-link.tsx';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { readShared, type SharedSearch } from '../../url/page-search.ts';
import { BudgetDialog } from './budget-dialog.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';
import { formatMoney } from '../../format/money.ts';

/** The budgets of users and groups: amount, spending, and when they will be used up. */
export function BudgetsPage(): ReactElement {
  const search = usePageSearch('/budgets');
  const isAdmin = useIsAdmin();
  const budgets = useQuery(budgetsQuery());
  const standings = useQuery(budgetStandingsQuery());
  const channels = useQuery(channelsQuery());
  const [editing, setEditing] = useState<Partial<Budget>>();
  const isAsked = search.new !== undefined && isAdmin;
  const asked: Partial<Budget> | undefined =
    isAsked && search.user !== undefined ? { user: search.user } : isAsked ? {} : undefined;
  const [isClosed, setIsClosed] = useState(false);
  const form = editing ?? (isClosed ? undefined : asked);
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Budgets" />
        <h1>Budgets</h1>
        {isAdmin && (
          <button type="button" className="button primary" onClick={() => setEditing({})}>
            <Icon name="plus" />
            New budget
          </button>
        )}
      </div>
      <p className="page-lead">
        Userspan does not block calls. Your app checks the budget before a call and decides.
      </p>
      <FailureNotices parts={{ 'The budgets': budgets, 'The spend': standings }} />
      {budgets.isPending && <SkeletonRows rows={4} />}
      {budgets.data?.data.length === 0 && (
        <section className="card nothing">
          <strong>No budget yet.</strong>
          <span>
            A budget applies to one user or group, to each user or group, or to users with a property.
          </span>
        </section>
      )}
      {budgets.data?.data.map((budget) => (
        <BudgetCard
          key={budget.id}
          budget={budget}
          standing={standings.data?.data.find((one) => one.budget === budget.id)}
          shared={readShared(search)}
          onEdit={isAdmin ? () => setEditing(budget) : undefined}
        />
      ))}
      {form !== undefined && channels.data !== undefined && (
        <BudgetDialog
          key={form.id ?? 'new'}
          budget={form}
          channels={channels.data.data}
          onClose={() => {
            setEditing(undefined);
            setIsClosed(true);
          }}
        />
      )}
    </div>
  );
}

const csvOfSpenders = plainFields<NamedBudgetStatus>(
  'of',
  'id',
  'subjectName',
  'usd',
  'spent',
  'unpricedCalls',
  'left',
  'percent',
  'isExceeded',
  'period',
  'timeZone',
  'from',
  'to',
  'exhaustedAt',
);

function BudgetCard(props: {
  readonly budget: Budget;
  readonly standing: BudgetStanding | undefined;
  readonly shared: SharedSearch;
  readonly onEdit: (() => void) | undefined;
}): ReactElement {
  const { budget, standing, shared, onEdit } = props;
  return (
    <section className="card" aria-label={budget.name}>
      <div className="card-head">
        <div className="words">
          <h2 className="clamped" dir="auto">
            {budget.name}
          </h2>
          <span className="muted clamped">
            {budgetTarget(budget)}, {budgetAmount(budget)}, alerts at{' '}
            {budget.thresholds.map((each) => `${each}%`).join(', ')}
          </span>
        </div>
        <div className="row">
          {standing !== undefined && standing.spenders > 0 && (
            <CsvButton
              rows={apiPath(['budgets', budget.id, 'spenders'])}
              fields={csvOfSpenders}
              fileName="budget.csv"
              what={budget.name}
            />
          )}
          {onEdit !== undefined && (
            <button type="button" className="button small" onClick={onEdit}>
              Edit<span className="hidden-visually"> {budget.name}</span>
            </button>
          )}
        </div>
      </div>
      {standing !== undefined && standing.data.length === 0 && (
        <p className="card-body muted">Nothing was spent in this period.</p>
      )}
      {standing !== undefined && standing.data.length > 0 && (
        <>
          <p className="card-body">
            {standing.exceeded === 0 ? (
              <span className="muted">No budget is exceeded</span>
            ) : (
              <span className="bad">{standing.exceeded} over budget</span>
            )}
            <span className="faint"> · {plural(standing.spenders, budgetUnit(standing))} spent </span>
            <Money
              cost={Number(standing.spent)}
              costExact={standing.spent}
              unpricedCalls={standing.unpricedCalls}
            />
          </p>
          <ul className="row-list">
            {standing.data.map((status) => (
              <StatusRow key={status.id} status={status} shared={shared} />
            ))}
          </ul>
          {standing.spenders > standing.data.length && (
            <p className="card-body faint">
              {standing.spenders - standing.data.length} with a smaller share not shown
            </p>
          )}
        </>
      )}
    </section>
  );
}

function budgetUnit({ data }: BudgetStanding): string {
  return data[0]?.of ?? 'user';
}

function StatusRow(props: {
  readonly status: NamedBudgetStatus;
  readonly shared: SharedSearch;
}): ReactElement {
  const { of, id, subjectName, spent, unpricedCalls, left, percent, isExceeded, exhaustedAt } = props.status;
  const share = `${percent < 10 ? percent : formatCount(Math.floor(percent))}%`;
  const over = left.replace(/^-/u, '');
  const state = isExceeded ? 'over' : percent >= 80 ? 'near' : undefined;
  return (
    <li>
      <div className="words">
        <div className="title">
          <SubjectLink of={of} id={id} name={subjectName} shared={props.shared} />
          <span className={isExceeded ? 'bad' : 'faint'}>{share}</span>
        </div>
        <div
          className="meter"
          role="meter"
          aria-label={`Budget of ${id}`}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.min(percent, 100)}
          aria-valuetext={share}
        >
          <div className={state} style={{ width: `${Math.min(percent, 100)}%` }} />
        </div>
        <p className="muted">
          {isExceeded
            ? 'used up'
            : exhaustedAt === null
              ? 'lasts to the end of the period at this pace'
              : `used up on ${formatMoment(Date.parse(exhaustedAt))} at this pace`}
        </p>
      </div>
      <div className="actions number budget-amounts">
        <span>
          <Money cost={Number(spent)} costExact={spent} unpricedCalls={unpricedCalls} />{' '}
          <span className="faint">spent</span>
        </span>
        {isExceeded ? (
          <span className="bad">
            <Money cost={Number(over)} costExact={over} unpricedCalls={unpricedCalls} /> over
          </span>
        ) : (
          <span>
            <Remainder amount={left} unpricedCalls={unpricedCalls} /> <span className="faint">left</span>
          </span>
        )}
      </div>
    </li>
  );
}

/** Describes to whom a budget applies: `Each user with plan pro`. */
function budgetTarget({ user, group, of, props }: Budget): string {
  if (user !== undefined) return `User ${nameInText(user)}`;
  if (group !== undefined) return `Group ${nameInText(group)}`;
  const where = Object.entries(props ?? {}).map(([name, values]) =>
    nameInText(`${name} ${values.join(' or ')}`),
  );
  return `Each ${of ?? 'user'}${where.length === 0 ? '' : ` with ${where.join(' and ')}`}`;
}

/** `$5.00 a month (Europe/Berlin)`. */
function budgetAmount({ usd, period, timeZone }: Pick<Budget, 'usd' | 'period' | 'timeZone'>): string {
  return `${formatMoney(usd)} a ${period} (${timeZone})`;
}
