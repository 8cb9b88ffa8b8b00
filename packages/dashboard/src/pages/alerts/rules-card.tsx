import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import {
  addSilence,
  removeAlert,
  saveAlert,
  type AlertRule,
  type Channel,
  type Silence,
  type StateCount,
} from '../../api/spend/alerts.ts';
import { useIsAdmin } from '../../api/session.ts';
import { plural } from '../../format/count.ts';
import { nameInText } from '../../format/direction-marks.ts';
import { CsvButton } from '../../list/csv-button.tsx';
import { plainFields, type CsvField } from '../../table/column.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { MenuItem, MenuLabel, MoreMenu } from '../../ui/overlay/menu.tsx';
import { useNow } from '../../ui/time/now.tsx';
import { ruleText } from './rule-text.ts';

const hourMs = 3_600_000;

const silenceChoices = [
  { hours: 1, label: 'for an hour' },
  { hours: 24, label: 'for a day' },
  { hours: 168, label: 'for a week' },
] as const;

const csvOfRules: readonly CsvField<AlertRule>[] = [
  ...plainFields<AlertRule>('id', 'name', 'enabled', 'measure', 'of', 'window', 'timeZone', 'direction'),
  {
    head: 'thresholds',
    value: ({ thresholds }) => thresholds.map(({ severity, value }) => `${severity} ${value}`).join(', '),
  },
  { head: 'filter', value: ({ filter }) => (Object.keys(filter).length === 0 ? '' : JSON.stringify(filter)) },
  { head: 'channels', value: ({ channels }) => channels.join(', ') },
];

/** Lists all rules in words, with states and actions. */
export function RulesCard(props: {
  readonly rules: readonly AlertRule[];
  /** Undefined if the states could not be read; then no state is shown. */
  readonly counts: readonly StateCount[] | undefined;
  readonly channels: readonly Channel[];
  readonly silences: readonly Silence[];
  readonly onEdit: (rule: AlertRule) => void;
}): ReactElement {
  const { rules, counts, channels, silences, onEdit } = props;
  const now = useNow();
  const isAdmin = useIsAdmin();
  const changes = useRuleChanges();
  return (
    <section className="card" aria-label="Rules">
      <div className="card-head">
        <h2>Rules</h2>
        <div className="row">
          <span className="faint">{rules.length === 0 ? 'none' : plural(rules.length, 'rule')}</span>
          {rules.length > 0 && (
            <CsvButton rows={() => rules} fields={csvOfRules} fileName="alert-rules.csv" what="the rules" />
          )}
        </div>
      </div>
      {changes.failure !== null && (
        <p className="card-body bad" role="alert">
          {reasonOf(changes.failure)}
        </p>
      )}
      {rules.length === 0 && (
        <p className="card-body muted">
          No rule yet. A good first rule: any user who costs more than $1 a day.
        </p>
      )}
      <ul className="row-list">
        {rules.map((rule) => (
          <li key={rule.id}>
            <div className="words">
              <div className="title">
                <strong>{rule.name}</strong>
                {!rule.enabled && <span className="badge">off</span>}
                {isSilenced(rule, silences, now) && <span className="badge">silenced</span>}
                {rule.enabled && counts !== undefined && <StateBadge rule={rule} counts={counts} />}
              </div>
              <p className="muted">
                {ruleText(rule)} <span className="faint">· {channelsText(rule.channels, channels)}</span>
              </p>
            </div>
            {isAdmin && <RuleActions rule={rule} changes={changes} onEdit={onEdit} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The changes that a rule's actions make. */
interface RuleChanges {
  /** Why the last change failed, if it did. */
  readonly failure: Error | null;
  readonly remove: (rule: AlertRule) => void;
  readonly toggle: (rule: AlertRule) => void;
  /** Silences the rule; without hours, until the silence is removed. */
  readonly silence: (rule: AlertRule, hours?: number) => void;
}

function useRuleChanges(): RuleChanges {
  const client = useQueryClient();
  const refresh = { onSuccess: () => client.invalidateQueries({ queryKey: ['live'] }) };
  const removing = useMutation({ mutationFn: removeAlert, ...refresh });
  const saving = useMutation({ mutationFn: saveAlert, ...refresh });
  const silencing = useMutation({ mutationFn: addSilence, ...refresh });
  return {
    failure: removing.error ?? saving.error ?? silencing.error,
    remove: ({ id }) => removing.mutate(id),
    toggle: (rule) => saving.mutate({ ...rule, enabled: !rule.enabled }),
    silence: ({ id }, hours) =>
      silencing.mutate({
        rule: id,
        ...(hours === undefined ? {} : { until: new Date(Date.now() + hours * hourMs).toISOString() }),
      }),
  };
}

/** Shows whether a rule fires, and for how many users or other subjects. */
function StateBadge(props: {
  readonly rule: AlertRule;
  readonly counts: readonly StateCount[];
}): ReactElement {
  const { rule, counts } = props;
  const firing = counts.find((each) => each.rule === rule.id)?.active ?? 0;
  if (firing === 0) return <span className="badge">quiet</span>;
  return <span className="badge bad">{rule.of === 'project' ? 'fires' : `fires for ${firing}`}</span>;
}

function RuleActions(props: {
  readonly rule: AlertRule;
  readonly changes: RuleChanges;
  readonly onEdit: (rule: AlertRule) => void;
}): ReactElement {
  const { rule, changes, onEdit } = props;
  return (
    <div className="actions">
      <button type="button" className="button small" onClick={() => onEdit(rule)}>
        Edit<span className="hidden-visually"> {rule.name}</span>
      </button>
      <MoreMenu label={`More for ${rule.name}`}>
        <MenuLabel>Silence</MenuLabel>
        {silenceChoices.map(({ hours, label }) => (
          <MenuItem key={hours} onSelect={() => changes.silence(rule, hours)}>
            {label}
          </MenuItem>
        ))}
        <MenuItem onSelect={() => changes.silence(rule)}>until I remove it</MenuItem>
        <MenuLabel>Rule</MenuLabel>
        <MenuItem onSelect={() => changes.toggle(rule)}>{rule.enabled ? 'Turn off' : 'Turn on'}</MenuItem>
        <MenuItem icon="trash" danger onSelect={() => changes.remove(rule)}>
          Delete
        </MenuItem>
      </MoreMenu>
    </div>
  );
}

/** Whether a silence of this rule, or of all rules, is active; silences of one user or group do not count. */
function isSilenced(rule: AlertRule, silences: readonly Silence[], nowMs: number): boolean {
  return silences.some(
    (silence) =>
      (silence.rule === rule.id || silence.rule === null) &&
      silence.user === null &&
      silence.group === null &&
      Date.parse(silence.from) <= nowMs &&
      (silence.until === null || Date.parse(silence.until) > nowMs),
  );
}

function channelsText(ids: readonly string[], channels: readonly Channel[]): string {
  if (ids.length === 0) return 'no channel';
  return ids
    .map((id) => channels.find((channel) => channel.id === id)?.name ?? id)
    .map(nameInText)
    .join(', ');
}
