import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import type { Channel } from '../../api/spend/alerts.ts';
import { removeBudget, saveBudget, type Budget } from '../../api/spend/budgets.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Field } from '../../ui/form/field.tsx';
import { FormDialog } from '../../ui/form/form-dialog.tsx';
import { SelectField } from '../../ui/form/select-field.tsx';
import { ChannelChoices } from '../alerts/channel-choices.tsx';

type Target = 'user' | 'group' | 'users' | 'groups' | 'props';

const targets: readonly { readonly key: Target; readonly label: string }[] = [
  { key: 'users', label: 'Each user' },
  { key: 'groups', label: 'Each group' },
  { key: 'user', label: 'One user' },
  { key: 'group', label: 'One group' },
  { key: 'props', label: 'Each user with a property' },
];

/** Adds or changes a budget. */
export function BudgetDialog(props: {
  readonly budget: Partial<Budget>;
  readonly channels: readonly Channel[];
  readonly onClose: () => void;
}): ReactElement {
  const { budget, channels, onClose } = props;
  const [target, setTarget] = useState(() => targetOf(budget));
  const [who, setWho] = useState(() => whoOf(budget));
  const [name, setName] = useState(budget.name ?? '');
  const [usd, setUsd] = useState(budget.usd ?? '');
  const [period, setPeriod] = useState(budget.period ?? 'month');
  const [timeZone, setTimeZone] = useState(budget.timeZone ?? 'UTC');
  const [thresholds, setThresholds] = useState((budget.thresholds ?? [50, 80, 100]).join(', '));
  const [projected, setProjected] = useState(budget.projected ?? false);
  const [chosen, setChosen] = useState(budget.channels ?? channels.map(({ id }) => id));
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () =>
      saveBudget({
        ...(budget.id === undefined ? {} : { id: budget.id }),
        ...targetFields(target, who.trim()),
        name: name.trim() === '' ? defaultName(target, who.trim()) : name.trim(),
        usd: usd.trim(),
        period,
        timeZone: timeZone.trim(),
        thresholds: thresholds
          .split(',')
          .map((text) => text.replace('%', '').trim())
          .filter((text) => text !== '')
          .map(Number),
        channels: chosen,
        projected,
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['live'] });
      onClose();
    },
  });
  const removing = useMutation({
    mutationFn: () => removeBudget(budget.id ?? ''),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['live'] });
      onClose();
    },
  });
  const failure = saving.error ?? removing.error;
  return (
    <FormDialog
      title={budget.id === undefined ? 'New budget' : 'Edit budget'}
      onClose={onClose}
      onSubmit={() => saving.mutate()}
      failure={failure === null ? undefined : reasonOf(failure)}
      actions={
        <>
          {budget.id !== undefined && (
            <button
              type="button"
              className="button danger"
              disabled={removing.isPending}
              onClick={() => removing.mutate()}
            >
              Delete
            </button>
          )}
          <button type="submit" className="button primary" disabled={saving.isPending}>
            {budget.id === undefined ? 'Add budget' : 'Save'}
          </button>
        </>
      }
    >
      <div className="form-grid">
        <SelectField label="For" value={target} choices={targets} onChoose={setTarget} />
        {target === 'users' || target === 'groups' ? (
          <span />
        ) : (
          <Field
            label={target === 'props' ? 'Property' : target === 'user' ? 'User id' : 'Group'}
            value={who}
            placeholder={target === 'props' ? 'plan=pro' : ''}
            onText={setWho}
          />
        )}
        <Field label="US dollars" className="number" inputMode="decimal" value={usd} onText={setUsd} />
        <SelectField
          label="Period"
          value={period}
          choices={(['day', 'week', 'month'] as const).map((key) => ({ key, label: key }))}
          onChoose={setPeriod}
        />
        <Field label="Time zone" value={timeZone} onText={setTimeZone} />
        <Field
          label="Notify at percent"
          value={thresholds}
          placeholder="50, 80, 100"
          onText={setThresholds}
        />
        <div className="whole">
          <Field label="Name" value={name} placeholder={defaultName(target, who.trim())} onText={setName} />
        </div>
      </div>
      <label className="check">
        <input type="checkbox" checked={projected} onChange={(event) => setProjected(event.target.checked)} />
        Also notify when the amount will be used up before the {period} ends
      </label>
      <ChannelChoices channels={channels} chosen={chosen} onChoose={setChosen} />
    </FormDialog>
  );
}

function targetOf({ user, group, of, props }: Partial<Budget>): Target {
  if (user !== undefined) return 'user';
  if (group !== undefined) return 'group';
  if (props !== undefined) return 'props';
  return of === 'group' ? 'groups' : 'users';
}

function whoOf({ user, group, props }: Partial<Budget>): string {
  const pairs = Object.entries(props ?? {}).flatMap(([key, values]) =>
    values.map((value) => `${key}=${value}`),
  );
  return user ?? group ?? pairs.join(', ');
}

function targetFields(target: Target, who: string): Partial<Budget> {
  switch (target) {
    case 'user':
      return { user: who };
    case 'group':
      return { group: who };
    case 'props':
      return { props: propsOf(who) };
    default:
      return { of: target === 'groups' ? 'group' : 'user' };
  }
}

/** Parses `plan=pro, plan=team` into values by property. */
function propsOf(text: string): Readonly<Record<string, readonly string[]>> {
  const props: Record<string, string[]> = {};
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    const key = pair.slice(0, Math.max(at, 0)).trim();
    if (key !== '') props[key] = [...(props[key] ?? []), pair.slice(at + 1).trim()];
  }
  return props;
}

function defaultName(target: Target, who: string): string {
  switch (target) {
    case 'users':
      return 'Budget of each user';
    case 'groups':
      return 'Budget of each group';
    default:
      return `Budget of ${who}`;
  }
}
