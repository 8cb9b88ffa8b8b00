import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import {
  addSilence,
  type AlertRule,
  type AlertStateRow,
  type AlertStatesPage,
  type Silence,
} from '../../api/spend/alerts.ts';
import type { Budget } from '../../api/spend/budgets.ts';
import { apiPath } from '../../api/request.ts';
import { useIsAdmin } from '../../api/session.ts';
import { formatCount, plural } from '../../format/count.ts';
import { nameInText } from '../../format/direction-marks.ts';
import { CsvButton } from '../../list/csv-button.tsx';
import { plainFields } from '../../table/column.ts';
import { Ago } from '../../ui/time/ago.tsx';
import { SubjectLink } from '../../ui/subject-link.tsx';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import type { SharedSearch } from '../../url/page-search.ts';
import { figureText } from './rule-text.ts';

const csvOfStates = plainFields<AlertStateRow>(
  'rule',
  'of',
  'subject',
  'subjectName',
  'isActive',
  'severity',
  'threshold',
  'value',
  'since',
  'lastTold',
);

/** Lists users, groups etc. for which alerts fire, or have fired in the current period. */
export function FiringCard(props: {
  /** The pages loaded so far, with firing states first. */
  readonly pages: readonly AlertStatesPage[];
  readonly onMore: () => void;
  readonly rules: readonly AlertRule[];
  readonly budgets: readonly Budget[];
  readonly silences: readonly Silence[];
  readonly shared: SharedSearch;
}): ReactElement {
  const { pages, onMore, rules, budgets, silences, shared } = props;
  const states = pages.flatMap(({ data }) => data);
  const { total = 0, active = 0 } = pages[0] ?? {};
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const muting = useMutation({
    mutationFn: addSilence,
    onSuccess: () => client.invalidateQueries({ queryKey: ['live', 'silences'] }),
  });
  const isMuted = ({ of, subject }: AlertStateRow): boolean =>
    silences.some((one) => (of === 'user' ? one.user === subject : of === 'group' && one.group === subject));
  return (
    <section className="card" aria-label="State">
      <div className="card-head">
        <h2>State</h2>
        <div className="row wrap">
          <span className={active === 0 ? 'faint' : 'bad'}>
            {active === 0 ? 'no alerts firing' : `${plural(active, 'alert')} firing`}
            {total > active && <span className="faint"> · {formatCount(total - active)} ended</span>}
          </span>
          {total > 0 && (
            <CsvButton
              rows={apiPath(['alert-states'])}
              fields={csvOfStates}
              fileName="alert-states.csv"
              what="the state"
            />
          )}
        </div>
      </div>
      {muting.error !== null && (
        <p className="card-body bad" role="alert">
          {reasonOf(muting.error)}
        </p>
      )}
      <ul className="row-list">
        {states.map((state) => (
          <li key={`${state.rule} ${state.of} ${state.subject}`}>
            <div className="words">
              <div className="title">
                <span className={state.isActive ? `badge ${badgeOf(state)}` : 'badge'}>
                  {state.isActive ? state.severity : 'ended'}
                </span>
                <Subject state={state} shared={shared} />
                {isMuted(state) && <span className="badge">muted</span>}
              </div>
              <p className="muted">
                {stateText(state, rules, budgets)} <Ago time={state.since} />
              </p>
            </div>
            {isAdmin && (state.of === 'user' || state.of === 'group') && !isMuted(state) && (
              <div className="actions">
                <button
                  type="button"
                  className="button small"
                  aria-label={`Mute ${state.of} ${state.subject}`}
                  disabled={muting.isPending}
                  onClick={() =>
                    muting.mutate(state.of === 'user' ? { user: state.subject } : { group: state.subject })
                  }
                >
                  Mute
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {total > states.length && (
        <div className="card-body">
          <button type="button" className="button" onClick={onMore}>
            Show more of {formatCount(total)}
          </button>
        </div>
      )}
    </section>
  );
}

function badgeOf({ severity }: AlertStateRow): string {
  return severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : 'accent';
}

function stateText(
  { rule, value, threshold, isActive }: AlertStateRow,
  rules: readonly AlertRule[],
  budgets: readonly Budget[],
): string {
  const found = rules.find(({ id }) => id === rule);
  const budget = budgets.find(({ id }) => rule === `budget:${id}` || rule === `budget:${id}:projected`);
  const name = found?.name ?? budget?.name ?? rule;
  const isProjected = found?.projected === true || rule.endsWith(':projected');
  const measure = found?.measure ?? 'cost';
  const figure = found?.comparedToBefore === true ? value : figureText(measure, value);
  const level =
    threshold === null
      ? ''
      : `, threshold ${found?.comparedToBefore === true ? `${threshold} times` : figureText(measure, threshold)}`;
  return `${nameInText(name)}: ${isProjected ? 'projected ' : ''}${figure}${level}, ${isActive ? 'since' : 'ended'}`;
}

function Subject(props: { readonly state: AlertStateRow; readonly shared: SharedSearch }): ReactElement {
  const { of, subject, subjectName } = props.state;
  if (of === 'project') return <strong>The project</strong>;
  if (of === 'user' || of === 'group')
    return <SubjectLink of={of} id={subject} name={subjectName} shared={props.shared} />;
  return (
    <Link to="/" search={{ ...props.shared, [of]: subject }} className="link subject" dir="auto">
      {subject}
    </Link>
  );
}
