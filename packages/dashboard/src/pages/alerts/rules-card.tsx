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
import { CsvButton } from '../../list/csv-button.tsx';
import { plainFields, type CsvField } from '../../table/column.ts';
import { reasonOf } from '../../ui/failure-notice.tsx';
import { MenuItem, MenuLabel, MoreMenu } from '../../ui/overlay/menu.tsx';
import { useNow } from '../../ui/time/now.tsx';
import { ruleText } from './rule-text.ts';

const hourMs = 3_600_000;

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
  const client = useQueryClient();
  const refresh = { onSuccess: () => client.invalidateQueries({ queryKey: ['live'] }) };
  const removing = useMutation({ mutationFn: removeAlert, ...refresh });
  const saving = useMutation({ mutationFn: saveAlert, ...refresh });
  const silencing = useMutation({ mutationFn: addSilence, ...refresh });
  const failure = removing.error ?? saving.error ?? silencing.error;
  const isSilenced = (id: string): boolean =>
    silences.some(
      ({ rule, user, group, from, until }) =>
        (rule === id || (rule === null && user === null && group === null)) &&
        user === null &&
        group === null &&
        Date.parse(from) <= now &&
        (until === null || Date.parse(until) > now),
    );
  const channelsText = (ids: readonly string[]): string =>
    ids.length === 0
      ? 'no channel'
      : ids.map((id) => channels.find((channel) => channel.id === id)?.name ?? id).join(', ');
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
      {failure !== null && (
        <p className="card-body bad" role="alert">
          {reasonOf(failure)}
        </p>
      )}
      {rules.length === 0 && (
        <p className="card-body muted">
          No rule yet. A good first rule: any user who costs more than $1 a day.
        </p>
      )}
      <ul className="row-list">
        {rules.map((rule) => {
          const firing = counts && (counts.find((each) => each.rule === rule.id)?.active ?? 0);
          return (
            <li key={rule.id}>
              <div className="words">
                <div className="title">
                  <strong>{rule.name}</strong>
                  {!rule.enabled && <span className="badge">off</span>}
                  {isSilenced(rule.id) && <span className="badge">silenced</span>}
                  {rule.enabled && firing !== undefined && (
                    <span className={firing > 0 ? 'badge bad' : 'badge'}>
                      {firing === 0 ? 'quiet' : rule.of === 'project' ? 'fires' : `fires for ${firing}`}
                    </span>
                  )}
                </div>
                <p className="muted">
                  {ruleText(rule)} <span className="faint">· {channelsText(rule.channels)}</span>
                </p>
              </div>
              {isAdmin && (
                <div className="actions">
                  <button type="button" className="button small" onClick={() => onEdit(rule)}>
                    Edit<span className="hidden-visually"> {rule.name}</span>
                  </button>
                  <MoreMenu label={`More for ${rule.name}`}>
                    <MenuLabel>Silence</MenuLabel>
                    {[1, 24, 168].map((hours) => (
                      <MenuItem
                        key={hours}
                        onSelect={() =>
                          silencing.mutate({
                            rule: rule.id,
                            until: new Date(Date.now() + hours * hourMs).toISOString(),
                          })
                        }
                      >
                        {hours === 1 ? 'for an hour' : hours === 24 ? 'for a day' : 'for a week'}
                      </MenuItem>
                    ))}
                    <MenuItem onSelect={() => silencing.mutate({ rule: rule.id })}>
                      until I remove it
                    </MenuItem>
                    <MenuLabel>Rule</MenuLabel>
                    <MenuItem onSelect={() => saving.mutate({ ...rule, enabled: !rule.enabled })}>
                      {rule.enabled ? 'Turn off' : 'Turn on'}
                    </MenuItem>
                    <MenuItem icon="trash" danger onSelect={() => removing.mutate(rule.id)}>
                      Delete
                    </MenuItem>
                  </MoreMenu>
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
